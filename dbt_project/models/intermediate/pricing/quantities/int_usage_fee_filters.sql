with

segments as (

    select * from {{ ref('int_charge_segments') }}

),

{# A fee that is owed whole counts the days of the plans before it, and they count nothing. #}
counted as (

    select *, false as is_taken_over, from segments
    where charge_id not in (select charge_id from {{ ref('int_charges_owed_whole') }} where heir_charge_ids is not null)
    union all by name
    select *, true as is_taken_over, from {{ ref('int_segments_taken_over') }}

),

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

usage_fees as (

    select
        plan_id,
        fee_id,
        filter,
        is_additive,
        rounding_mode,
        rounding_step,
        allowance,
        allowance_periods,
        allowance_cap,
        allowance_shared,
        len(json_keys(filter)) as filtered_properties,
        count(*) over (partition by plan_id, meter) > 1 as is_contested,
    from fees
    where kind = 'usage'

),

with_filters as not materialized (

    select
        segments.charge_id,
        segments.contract_id,
        segments.plan_id,
        segments.fee_id,
        segments.model,
        segments.meter,
        segments.dimensions,
        segments.part_period,
        segments.is_taken_over,
        segments.period_from,
        segments.period_until,
        segments.month,
        segments.segment_from,
        segments.segment_until,
        usage_fees.* exclude (plan_id, fee_id, is_additive, is_contested),
        (usage_fees.is_contested or segments.is_taken_over) and not usage_fees.is_additive as is_contested,
    from counted as segments
    inner join usage_fees on segments.plan_id = usage_fees.plan_id and segments.fee_id = usage_fees.fee_id

),

contested as (

    select * from with_filters where is_contested

),

rivals as (

    select
        contested.charge_id,
        contested.segment_from,
        list({
            'segment_from': rivals.segment_from,
            'segment_until': rivals.segment_until,
            'filter': rivals.filter
        }) as rivals,
    from contested
    inner join contested as rivals
        on
            contested.contract_id = rivals.contract_id
            and contested.meter = rivals.meter
            and contested.month = rivals.month
            and contested.segment_from < rivals.segment_until
            and contested.segment_until > rivals.segment_from
            and contested.filtered_properties < rivals.filtered_properties
    group by all

),

ruled as (

    select
        contested.*,
        rivals.rivals,
    from contested
    left join rivals on contested.charge_id = rivals.charge_id and contested.segment_from = rivals.segment_from
    union all by name
    select * from with_filters where not is_contested

)

select * exclude (filtered_properties, is_contested) from ruled
