with

int_billing_adjustments_scheduled as (

    select * from {{ ref('int_billing_adjustments_scheduled') }}

),

int_billed_charges_without_facts as (

    select * from {{ ref('int_billed_charges_without_facts') }}

),

int_credit_grants as (

    select * from {{ ref('int_credit_grants') }}

),

int_credit_draws_recorded as (

    select * from {{ ref('int_credit_draws_recorded') }}

),

int_credit_draws_proposed as (

    select * from {{ ref('int_credit_draws_proposed') }}

),

draws as (

    select
        block_id,
        paid_charge_id,
        coalesce(kept.drawn_amount, 0) as drawn_before,
        cast(coalesce(kept.kept_amount, 0) + coalesce(taken.taken_amount, 0) as decimal(20, 4)) as drawn_amount,
        kept.charge_id as recorded_id,
        kept.is_voided,
        kept.voided_on,
        kept.tax_code,
        kept.tax_rate,
    from int_credit_draws_recorded as kept
    full join (from int_credit_draws_proposed where not is_running) as taken using (block_id, paid_charge_id)

),

{# A draw stands beside the charge that it pays, in everything but its sign. #}
drawn as (

    select
        charges.* replace (
            'credits' as fee_id,
            concat(draws.block_id, '|', charges.charge_id) as instance,
            'credit' as kind,
            cast(1 as decimal(38, 12)) as quantity,
            -cast(draws.drawn_amount as decimal(38, 12)) as unrounded_amount,
            -draws.drawn_amount as computed_amount,
            -draws.drawn_amount as owed_amount,
            cast(-draws.drawn_before as decimal(20, 4)) as billed_amount,
            cast(draws.drawn_before - draws.drawn_amount as decimal(20, 4)) as difference,
            draws.recorded_id is not null as is_billed,
            coalesce(draws.is_voided, false) as is_voided,
            draws.voided_on as voided_on,
            coalesce(draws.tax_code, blocks.tax_code, charges.tax_code) as tax_code,
            coalesce(draws.tax_rate, blocks.tax_rate, charges.tax_rate) as tax_rate,
            null as decision_ids
        ),
        draws.block_id as credit_block_id,
        charges.charge_id as paid_charge_id,
        charges.kind as paid_kind,
        draws.recorded_id,
    from draws
    inner join int_billing_adjustments_scheduled as charges on draws.paid_charge_id = charges.charge_id
    left join int_credit_grants as blocks on draws.block_id = blocks.block_id

),

united as (

    select * from int_billing_adjustments_scheduled
    union all by name
    select
        * exclude (recorded_id) replace (
            coalesce(recorded_id, {{ make_id([
                'customer_id', 'contract_id', 'plan_id', 'fee_id', 'instance', 'period_from', 'period_until',
                'currency', 'tax_code', 'tax_rate', 'price_basis',
            ]) }}) as charge_id
        ),
    from drawn

),

{# Where nothing differs, the day stays that of the charge. #}
stated as (

    select
        united.* exclude (as_of_date, own_bill_on) replace (
            if(united.difference = 0, united.own_bill_on, united.bill_on) as bill_on
        ),
        case
            when missing.charge_id is not null then 'missing'
            when united.is_in_doubt then 'in_doubt'
            when united.difference = 0 then 'none'
            when not united.is_billable then 'not_due'
            when united.is_void_pending or united.is_voided_tonight then 'voided'
            when united.bill_on > united.as_of_date then 'waiting'
            else 'gathered'
        end as line_state,
    from united
    left join int_billed_charges_without_facts as missing on united.charge_id = missing.charge_id

)

select * from stated
