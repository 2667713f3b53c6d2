with

segments as (

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

with_quantity as (

    select
        segments.*,
        case
            when segments.kind = 'usage' then coalesce(used.quantity, 0)
            when segments.model = 'flat' then 1
            else segments.phase_quantity
        end::decimal(38, 12) as quantity,
        coalesce(used.priced_amount, 0)::decimal(38, 12) as priced_amount,
        coalesce(used.event_count, 0)::bigint as event_count,
    from segments
    left join used on segments.charge_id = used.charge_id and segments.segment_from = used.segment_from

),

measured as (

    select
        *,
        case
            when kind = 'usage'
                then coalesce(sum(quantity) over (
                    partition by charge_id
                    order by segment_from
                    rows between unbounded preceding and 1 preceding
                ), 0)
            else 0
        end::decimal(38, 12) as quantity_before,
    from with_quantity

)

select * from measured
