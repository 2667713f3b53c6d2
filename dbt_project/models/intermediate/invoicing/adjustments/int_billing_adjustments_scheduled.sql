with

int_charges_owed as (

    select * from {{ ref('int_charges_owed') }}

),

int_adjustment_days as (

    select * from {{ ref('int_adjustment_days') }}

),

int_charges_held_before as (

    select * from {{ ref('int_charges_held_before') }}

),

stg_ledger__runs as (

    select * from {{ ref('stg_ledger__runs') }}

),

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

),

{# Due-ness filters only keys never billed. What a void took back in full is billed anew, like a first bill. #}
compared as (

    select
        owed.*,
        cast(owed.owed_amount - owed.billed_amount as decimal(20, 4)) as difference,
        case when not owed.is_billed or (owed.is_voided and owed.billed_amount = 0) then 'charge' else 'adjustment' end as reason,
        owed.is_due or owed.is_billed as is_billable,
        held.bill_on as held_bill_on,
    from int_charges_owed as owed
    left join int_charges_held_before as held on owed.charge_id = held.charge_id
    where owed.fee_id <> 'credits'

),

{# A night of an older version did not say what it held: then every first bill keeps its own day. #}
last_night as (

    select coalesce(arg_max(held_charges is not null, commit_sequence), true) as is_told
    from stg_ledger__runs

),

{# First bills of a contract that are due by tonight go on one document, that of the last of their days. What was held, and what is
   billed anew after a void, keeps its own. In a forecast nothing is late. #}
first_bills as (

    select
        compared.customer_id,
        compared.contract_id,
        compared.currency,
        compared.group_key,
        compared.price_basis,
        max(compared.bill_on) filter (
            where not compared.is_billed and compared.held_bill_on is null and last_night.is_told and not run.is_forecast
        ) as gathered_on,
        coalesce(gathered_on, min(coalesce(compared.held_bill_on, compared.bill_on))) as bill_on,
    from compared
    cross join last_night
    cross join stg_run__run as run
    where
        compared.reason = 'charge' and compared.difference <> 0 and compared.is_billable
        and compared.contract_id <> '' and compared.bill_on <= run.as_of_date
    group by all

),

{# An adjustment that was held stays on its document; any other goes with a first bill that goes out, else on its own day.
   Where the seller wants it, less usage than billed becomes a credit note of its own and not a line below zero.
   What newer pricing rules move is a document of its own, of the day on which they were adopted. #}
dated as (

    select
        compared.* exclude (held_bill_on) replace (
            case
                when moved.adopted_on is not null then moved.adopted_on
                when compared.held_bill_on is not null then compared.held_bill_on
                when compared.reason = 'adjustment' then coalesce(first_bills.bill_on, adjustments.bill_on)
                when compared.is_billed or not compared.is_billable or compared.bill_on > run.as_of_date then compared.bill_on
                else coalesce(first_bills.gathered_on, compared.bill_on)
            end as bill_on,
            case
                when compared.reason = 'adjustment' and compared.difference < 0 and compared.kind = 'usage' and entities.is_less_usage_credited
                    then compared.group_key || '|credit'
                else compared.group_key
            end || coalesce('|rules:' || moved.rules_version, '') as group_key
        ),
        missing.charge_id is not null as is_missing,
        compared.bill_on as own_bill_on,
        run.as_of_date,
    from compared
    cross join stg_run__run as run
    left join {{ ref('int_billed_charges_without_facts') }} as missing on compared.charge_id = missing.charge_id
    left join {{ ref('stg_catalog__entities') }} as entities on compared.entity_id = entities.entity_id
    left join int_adjustment_days as adjustments on compared.charge_id = adjustments.charge_id
    left join {{ ref('int_charges_moved_by_rules') }} as moved
        on compared.charge_id = moved.charge_id and compared.reason = 'adjustment'
    left join first_bills
        on
            compared.customer_id = first_bills.customer_id
            and compared.contract_id = first_bills.contract_id
            and compared.currency = first_bills.currency
            and compared.group_key = first_bills.group_key
            and compared.price_basis = first_bills.price_basis

)

select * from dated
