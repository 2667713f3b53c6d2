with

int_billing_adjustments_scheduled as (

    select * from {{ ref('int_billing_adjustments_scheduled') }}

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

due as (

    select *
    from int_credit_draws_proposed
    where not is_running

),

summed as (

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
    full join due as taken using (block_id, paid_charge_id)

),

{# A draw stands beside the charge that it pays, in everything but its sign; what was bought is told apart from what it pays for. #}
drawn as (

    select
        charges.* replace (
            'credits' as fee_id,
            concat(summed.block_id, '|', charges.charge_id) as instance,
            'credit' as kind,
            1::decimal(38, 12) as quantity,
            null::varchar as unit_ja,
            null::varchar as unit_en,
            -summed.drawn_amount::decimal(38, 12) as unrounded_amount,
            -summed.drawn_amount as computed_amount,
            -summed.drawn_amount as owed_amount,
            cast(-summed.drawn_before as decimal(20, 4)) as billed_amount,
            cast(summed.drawn_before - summed.drawn_amount as decimal(20, 4)) as difference,
            summed.recorded_id is not null as is_billed,
            coalesce(summed.is_voided, false) as is_voided,
            summed.voided_on as voided_on,
            coalesce(summed.tax_code, blocks.tax_code, charges.tax_code) as tax_code,
            coalesce(summed.tax_rate, blocks.tax_rate, charges.tax_rate) as tax_rate,
            if(blocks.is_bought, null, charges.product) as product,
            if(blocks.is_bought, blocks.department, charges.department) as department,
            concat('プリペイド充当 ', charges.description_ja) as description_ja,
            concat('Prepaid credits used: ', charges.description_en) as description_en,
            null as decision_ids,
            false as is_missing
        ),
        summed.block_id as credit_block_id,
        charges.charge_id as paid_charge_id,
        charges.kind as paid_kind,
        summed.recorded_id,
    from summed
    inner join int_billing_adjustments_scheduled as charges on summed.paid_charge_id = charges.charge_id
    left join int_credit_grants as blocks on summed.block_id = blocks.block_id

),

keyed as (

    select
        * exclude (recorded_id) replace (
            coalesce(recorded_id, {{ make_id([
                'customer_id', 'contract_id', 'plan_id', 'fee_id', 'instance', 'period_from', 'period_until',
                'currency', 'tax_code', 'tax_rate', 'price_basis',
            ]) }}) as charge_id
        ),
    from drawn

)

select * from keyed
