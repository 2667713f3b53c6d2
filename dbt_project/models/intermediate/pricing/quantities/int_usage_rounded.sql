with

segments as (

    select * from {{ ref('int_usage_fee_filters') }}

),

gathered as (

    select * from {{ ref('int_usage_by_segment') }}

),

meters as (

    select * from {{ ref('stg_catalog__meters') }}

),

with_meters as (

    select
        gathered.*,
        meters.aggregation,
        segments.rounding_mode,
        segments.rounding_step,
        case
            when meters.level_per = 'period'
                then
                    (
                        epoch_us({{ local_midnight('gathered.zone', 'segments.period_until') }})
                        - epoch_us({{ local_midnight('gathered.zone', 'segments.period_from') }})
                    ) // 1000000
            else {{ microseconds_of('meters.level_per') }} // 1000000
        end as level_unit,
    from gathered
    inner join segments on gathered.charge_id = segments.charge_id and gathered.segment_from = segments.segment_from
    inner join meters on segments.meter = meters.meter
    where segments.part_period is null

),

{# What the billing period has used up to the end of each segment: that is what is measured, and a segment's quantity is
   a difference of it. #}
accumulated as (

    select
        *,
        sum(level_time) over segments_until as level_time_until,
        cast(sum(total) over segments_until as decimal(38, 12)) as total_until,
    from with_meters
    window segments_until as (partition by charge_id, dimensions order by segment_from)

),

measured as (

    select
        * exclude (zone),
        cast(case
            when aggregation = 'time_weighted_sum' then {{ exact_divide('level_time_until', 'level_unit') }}
            else total_until
        end as decimal(38, 12)) as used_until,
    from accumulated

),

rounded as (

    select
        charge_id,
        segment_from,
        dimensions,
        priced_amount,
        event_count,
        cast({{ round_to_step('used_until', 'rounding_mode', 'rounding_step') }} as decimal(38, 12)) as rounded_until,
    from measured

)

select * from rounded
