with

segments as (
    select * from {{ ref('int_usage_fee_filters') }}
),

daily as (
    select * from {{ ref('int_usage_summed_daily') }} where file_name is null
),

levels as (
    select * from {{ ref('int_usage_levels') }}
),

meters as (
    select * from {{ ref('stg_catalog__meters') }}
),

run as (
    select * from {{ ref('stg_run__run') }}
),

usage as (
    select
        contract_id,
        meter,
        cast(date_trunc('month', usage_date) as date) as month,
        usage_date as piece_from,
        usage_date + 1 as piece_until,
        dimensions,
        quantity,
        priced_amount,
        event_count,
        unique_values,
        last_reading,
        events,
    from daily
    where meter not in (select meters.meter from meters where meters.is_level)
    union all by name
    select * from levels
),

{# A segment and a piece of usage lie in one calendar month, so that the month can carry the join. Only a matrix tells
   dimensions apart, and only those that it prices. What a more specific fee counts these days is not counted again. #}
found as (
    select
        segments.charge_id,
        segments.segment_from,
        case
            when segments.model = 'matrix'
                then {{ picked_dimensions('usage.dimensions', 'from_json(segments.dimensions, \'["VARCHAR"]\')') }}
            else '{}'
        end as dimensions,
        usage.* exclude (dimensions, month, meter, level_time, contract_id),
        if(least(segments.segment_until, run.night_ends_on) <= usage.piece_until, usage.level, null) as last_level,
        case
            when usage.level_time is null and usage.level is not null then
                epoch_us({{ local_midnight('usage.zone', 'least(usage.piece_until, segments.segment_until)') }})
                - epoch_us({{ local_midnight('usage.zone', 'greatest(usage.piece_from, segments.segment_from)') }})
        end as held_for,
        coalesce(usage.level_time, {{ level_seconds('usage.level', 'held_for') }}) as level_time,
    from usage
    inner join segments
        on
            usage.contract_id = segments.contract_id
            and usage.meter = segments.meter
            and usage.month = segments.month
            and usage.piece_from < segments.segment_until
            and usage.piece_until > segments.segment_from
    cross join run
    where
        {{ matches_filter('segments.filter', 'usage.dimensions') }}
        and (
            segments.rivals is null
            or len(list_filter(
                segments.rivals,
                lambda rival: usage.piece_from < rival['segment_until']
                and usage.piece_until > rival['segment_from']
                and {{ matches_filter("rival['filter']", 'usage.dimensions') }}
            )) = 0
        )
),

{# Lists cost much even where they are empty: what has none is summed apart. #}
with_lists as (
    select distinct
        charge_id,
        segment_from,
    from found
    where unique_values is not null or events is not null or last_reading is not null
),

gathered as (
    select
        charge_id,
        segment_from,
        dimensions,
        {{ sums_of_segment() }},
    from found
    anti join with_lists using (charge_id, segment_from)
    group by all

    union all by name

    select
        charge_id,
        segment_from,
        dimensions,
        {{ sums_of_segment() }},
        list_sort(list_distinct(flatten(
            list(unique_values) filter (where unique_values is not null)
        ))) as unique_values,
        max(last_reading) as last_reading,
        list_sort(flatten(list(events) filter (where events is not null))) as events,
    from found
    semi join with_lists using (charge_id, segment_from)
    group by all
)

select * from gathered
