with

segments as (

    select * from {{ ref('int_usage_fee_filters') }} where coalesce(allowance_periods, 0) > 0 or allowance_shared is not null

),

rounded as (

    select * from {{ ref('int_usage_rounded') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

fees as (

    select
        plan_id,
        fee_id,
        concat_ws('|', meter, filter, is_additive, row_number() over (partition by plan_id, meter, filter, is_additive order by fee_no)) as counts,
    from {{ ref('stg_catalog__fees') }}
    where kind = 'usage'

),

used as (

    select
        charge_id,
        arg_max(rounded_until, segment_from) as used,
    from rounded
    group by charge_id

),

{# Contracts that share have one pool with a fee. Every other contract has its own for what a fee counts: it goes on when the plan changes. #}
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
        cast(greatest(coalesce(any_value(used.used), 0), 0) as decimal(38, 12)) as used,
    from segments
    inner join contracts on segments.contract_id = contracts.contract_id
    inner join fees on segments.plan_id = fees.plan_id and segments.fee_id = fees.fee_id
    left join used on segments.charge_id = used.charge_id
    group by all

),

pooled as (

    select
        * exclude (charged_from),
        if(allowance_shared is null, charged_from, period_from) as step_from,
    from charges

)

select * from pooled
