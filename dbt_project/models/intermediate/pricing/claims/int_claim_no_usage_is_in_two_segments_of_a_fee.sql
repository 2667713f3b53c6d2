-- Usage that a fee charges is in one segment of it: in two it would be billed twice, and none is lost between summing
-- it by day and by segment. Events are counted for every meter; quantities where they add up. A level that only stands
-- has no events, on neither side.
with

gathered as (

    select * from {{ ref('int_usage_by_segment') }}

),

segments as (

    select * from {{ ref('int_usage_fee_filters') }} where filter = '{}' and rivals is null

),

usage as (

    select * from {{ ref('int_usage_summed_daily') }} where file_name is null

),

meters as (

    select * from {{ ref('stg_catalog__meters') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

charged_days as (

    select distinct
        segments.plan_id,
        segments.fee_id,
        usage.contract_id,
        usage.meter,
        usage.usage_date,
        usage.dimensions,
        usage.event_count,
        if(meters.aggregation in ('sum', 'count') and not meters.is_level, usage.quantity, 0) as quantity,
    from usage
    inner join meters on usage.meter = meters.meter
    inner join segments
        on
            usage.contract_id = segments.contract_id
            and usage.meter = segments.meter
            and cast(date_trunc('month', usage.usage_date) as date) = segments.month
            and usage.usage_date >= segments.segment_from
            and usage.usage_date < segments.segment_until
    cross join run
    where not meters.is_level or usage.usage_date < run.night_ends_on

),

expected as (

    select
        contract_id,
        meter,
        fee_id,
        plan_id,
        sum(event_count) as event_count,
        sum(quantity) as quantity,
    from charged_days
    group by all

),

billed as (

    select
        segments.contract_id,
        segments.meter,
        segments.fee_id,
        segments.plan_id,
        sum(gathered.event_count) as event_count,
        sum(if(meters.aggregation in ('sum', 'count') and not meters.is_level, gathered.total, 0)) as quantity,
    from gathered
    inner join segments on gathered.charge_id = segments.charge_id and gathered.segment_from = segments.segment_from
    inner join meters on segments.meter = meters.meter
    group by all

)

select distinct
    'no_usage_is_in_two_segments_of_a_fee' as claim,
    contract_id,
    plan_id,
    fee_id,
    '' as charge_id,
from expected
full outer join billed using (contract_id, meter, fee_id, plan_id)
where
    coalesce(expected.quantity, 0) <> coalesce(billed.quantity, 0)
    or coalesce(expected.event_count, 0) <> coalesce(billed.event_count, 0)
