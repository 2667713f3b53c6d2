with

int_charges_to_reconcile as (

    select * from {{ ref('int_charges_to_reconcile') }}

),

int_charges_priced as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

int_billed_charges_without_charge as (

    select * from {{ ref('int_billed_charges_without_charge') }}

),

int_charge_decisions_resolved as (

    select * from {{ ref('int_charge_decisions_resolved') }}

),

int_void_decisions_resolved as (

    select * from {{ ref('int_void_decisions_resolved') }}

),

stg_ledger__document_lines as not materialized (

    select * from {{ ref('stg_ledger__document_lines') }}

),

int_contract_service_dates as (

    select * from {{ ref('int_contract_service_dates') }}

),

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

),

{# What is said of a charge joins its lines when they are drafted (int_invoice_lines_described). #}
charges as (

    select * exclude (user_customer_id, unit_ja, unit_en, product, department, description_ja, description_en)
    from (
        from int_charges_priced semi join int_charges_to_reconcile using (charge_id)
        union all by name
        from int_billed_charges_without_charge
    ) as told

),

decisions as (

    select
        charge_id,
        max(amount) filter (where state = 'applied' and kind = 'correction') as correction_amount,
        sum(amount) filter (where state = 'applied' and kind = 'goodwill') as goodwill_amount,
        coalesce(bool_or(kind = 'waive') filter (where state = 'applied'), false) as is_waived,
        list(decision_id order by decision_no) filter (where state = 'applied') as decision_ids,
    from int_charge_decisions_resolved
    where charge_id is not null
    group by charge_id

),

voids_pending as (

    select distinct charge_id,
    from stg_ledger__document_lines
    semi join (from int_void_decisions_resolved where is_pending) as pending using (document_id)

),

{# All that bears on what a charge owes: decisions in force, doubts, voids, the beginning of billing, the horizon. #}
guarded as (

    select
        charges.* exclude (is_in_doubt, is_withdrawn),
        examined.* exclude (charge_id, is_in_doubt, is_in_facts),
        examined.is_in_facts or charges.is_withdrawn is true as is_in_facts,
        coalesce(decisions.correction_amount, charges.computed_amount) as correction_amount,
        cast(coalesce(decisions.goodwill_amount, 0) as decimal(20, 4)) as goodwill_amount,
        coalesce(decisions.is_waived, false) as is_waived,
        decisions.decision_ids,
        voids_pending.charge_id is not null as is_void_pending,
        (examined.is_in_doubt or charges.is_in_doubt is true)
        and not coalesce(decisions.is_waived, false) as is_in_doubt,
        coalesce(examined.voided_on >= run.night_ends_on, false) as is_voided_tonight,
        not examined.is_billed and {{ lies_before_beginning('charges') }} as is_before_beginning,
        examined.is_billed
        and not examined.is_voided
        and {{ lies_behind_horizon('charges', 'cancelled') }}
        and decisions.charge_id is null
        and voids_pending.charge_id is null as is_beyond_horizon,
    from charges
    inner join int_charges_to_reconcile as examined on charges.charge_id = examined.charge_id
    cross join stg_run__run as run
    left join int_contract_service_dates as cancelled on charges.contract_id = cancelled.contract_id
    left join decisions on charges.charge_id = decisions.charge_id
    left join voids_pending on charges.charge_id = voids_pending.charge_id

),

{# Correction, then goodwill, then waive. The floor is zero, but a negative one-off charge stays what it is. #}
decided as (

    select
        *,
        least(computed_amount, correction_amount) as corrected_amount,
        cast(
            if(is_waived, 0, greatest(least(corrected_amount, 0), corrected_amount - goodwill_amount)) as decimal(20, 4)
        ) as decided_amount,
    from guarded

),

{# Due-ness filters only keys never billed. What a void took back in full is billed anew, like a first bill. #}
owed as (

    select
        *,
        cast(
            case
                when is_before_beginning then 0
                when is_beyond_horizon or is_in_doubt then billed_amount
                else decided_amount
            end as decimal(20, 4)
        ) as owed_amount,
        cast(owed_amount - billed_amount as decimal(20, 4)) as difference,
        case when not is_billed or (is_voided and billed_amount = 0) then 'charge' else 'adjustment' end as reason,
        is_due or is_billed as is_billable,
    from decided

)

select * from owed
