with

segments as (

    select * from {{ ref('int_segments_cut') }}

),

usage as (

    select * from {{ ref('int_usage_summed_daily') }}

),

{# A segment lies in one calendar month, so that the month can carry the join. #}
placed as (

    select
        segments.charge_id,
        segments.segment_from,
        usage.dimensions,
        sum(usage.quantity)::decimal(38, 12) as quantity,
        sum(usage.priced_amount)::decimal(38, 12) as priced_amount,
        sum(usage.event_count)::bigint as event_count,
    from usage
    inner join segments
        on
            usage.contract_id = segments.contract_id
            and usage.meter = segments.meter
            and cast(date_trunc('month', usage.usage_date) as date) = segments.month
            and usage.usage_date >= segments.segment_from
            and usage.usage_date < segments.segment_until
    where segments.kind = 'usage'
    group by all

)

select * from placed
