with

segments as (

    select * from {{ ref('int_usage_fee_filters') }} where part_period is not null

),

gathered as (

    select * from {{ ref('int_usage_by_segment') }}

),

meters as (

    select * from {{ ref('stg_catalog__meters') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# What stands at the end stands in the last days of the charge that have begun, even if no usage of these days is the
   fee's own. #}
charges as (

    select
        segments.charge_id,
        any_value(segments.meter) as meter,
        any_value(segments.rounding_mode) as rounding_mode,
        any_value(segments.rounding_step) as rounding_step,
        max(segments.segment_from) filter (where segments.segment_from < run.night_ends_on) as last_segment_from,
    from segments
    cross join run
    group by segments.charge_id

),

counted as (

    select
        charges.charge_id,
        gathered.dimensions,
        any_value(charges.rounding_mode) as rounding_mode,
        any_value(charges.rounding_step) as rounding_step,
        cast(sum(gathered.priced_amount) as decimal(38, 12)) as priced_amount,
        cast(sum(gathered.event_count) as bigint) as event_count,
        cast(case
            when any_value(meters.is_level)
                then coalesce(
                    sum(gathered.last_level) filter (where gathered.segment_from = charges.last_segment_from), 0
                )
            when any_value(meters.aggregation) = 'max' then max(gathered.peak)
            when any_value(meters.aggregation) = 'unique_count'
                then len(list_distinct(flatten(
                    list(gathered.unique_values) filter (where gathered.unique_values is not null)
                )))
            else coalesce((max(gathered.last_reading)).reading, 0)
        end as decimal(38, 12)) as used,
    from charges
    inner join gathered on charges.charge_id = gathered.charge_id
    inner join meters on charges.meter = meters.meter
    group by charges.charge_id, gathered.dimensions

),

rounded as (

    select
        charge_id,
        dimensions,
        priced_amount,
        event_count,
        cast({{ round_to_step('used', 'rounding_mode', 'rounding_step') }} as decimal(38, 12)) as rounded_quantity,
    from counted

)

select * from rounded
