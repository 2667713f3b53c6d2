with

segments as (

    select * from {{ ref('int_usage_fee_filters') }} where allowance_periods > 0 or allowance_shared is not null

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

fees as (

    select
        plan_id,
        fee_id,
        concat_ws(
            '|', meter, filter, is_additive,
            row_number() over (partition by plan_id, meter, filter, is_additive order by fee_no)
        ) as counts,
    from {{ ref('stg_catalog__fees') }}
    where kind = 'usage'

),

{# Contracts that share have one pool with a fee. Every other contract has its own for what a fee counts: it goes on
   when the plan changes. #}
charges as (

    select
        segments.charge_id,
        segments.contract_id,
        segments.allowance_shared,
        if(
            segments.allowance_shared is null,
            concat_ws('|', segments.contract_id, fees.counts),
            concat_ws('|', segments.plan_id, segments.fee_id, contracts.user_customer_id)
        ) as pool,
        segments.period_from,
        min(segments.segment_from) as charged_from,
        any_value(segments.allowance) as allowance,
        coalesce(any_value(segments.allowance_periods), 0) as periods,
        any_value(segments.allowance_cap) as cap,
    from segments
    inner join contracts on segments.contract_id = contracts.contract_id
    inner join fees on segments.plan_id = fees.plan_id and segments.fee_id = fees.fee_id
    group by all

),

pooled as (

    select
        * exclude (charged_from),
        if(allowance_shared is null, charged_from, period_from) as step_from,
    from charges

)

select * from pooled
