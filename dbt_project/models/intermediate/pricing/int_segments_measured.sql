with

segments as not materialized (

    select * from {{ ref('int_segments_cut') }}

),

placed as (

    select * from {{ ref('int_usage_placed') }}

),

used as (

    select
        charge_id,
        segment_from,
        sum(quantity)::decimal(38, 12) as quantity,
        sum(priced_amount)::decimal(38, 12) as priced_amount,
        sum(event_count)::bigint as event_count,
    from placed
    group by charge_id, segment_from

),

{# What the tile had used before each segment. Of narrow rows: most charges have one segment, and a window carries all that it is given. #}
positions as (

    select
        segments.charge_id,
        segments.segment_from,
        coalesce(sum(used.quantity) over (
            partition by segments.charge_id
            order by segments.segment_from
            rows between unbounded preceding and 1 preceding
        ), 0)::decimal(38, 12) as quantity_before,
    from segments
    left join used on segments.charge_id = used.charge_id and segments.segment_from = used.segment_from
    where segments.kind = 'usage'

),

measured as (

    select
        segments.*,
        case
            when segments.kind = 'usage' then coalesce(used.quantity, 0)
            when segments.model = 'flat' then 1
            else segments.phase_quantity
        end::decimal(38, 12) as quantity,
        coalesce(used.priced_amount, 0)::decimal(38, 12) as priced_amount,
        coalesce(used.event_count, 0)::bigint as event_count,
        coalesce(positions.quantity_before, 0)::decimal(38, 12) as quantity_before,
    from segments
    left join used on segments.charge_id = used.charge_id and segments.segment_from = used.segment_from
    left join positions on segments.charge_id = positions.charge_id and segments.segment_from = positions.segment_from

)

select * from measured
