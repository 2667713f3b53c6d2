{{ config(
    materialized='incremental', incremental_strategy='append', unique_key=['event_date', 'file_name'],
    meta={'batched_by': 'usage_files'},
    pre_hook=[
        "{{ forget_changed_usage_files(usage_files_metered(), 'from ' ~ ref('int_usage_day_fingerprints')) }}",
        "{{ ask_for_new_usage_files(
            usage_files_metered(), 'from ' ~ ref('int_usage_day_fingerprints'), ref('stg_intake__files')
        ) }}",
        "{{ batch_usage_files(ref('stg_intake__files')) }}",
        "{{ name_dimensions_of_usage(ref('stg_catalog__meters'), ref('int_events_metered_singly')) }}",
    ],
) }}
with

dirty_files as (
    select * from {{ ref('int_usage_day_fingerprints') }}
    {% if is_incremental() %}
        where (event_date, file_name) not in (select (event_date, file_name) from {{ this }} where state = 'day')
    {% endif %}
),

{# An event of one moment belongs to the route of its moment. #}
points as not materialized (
    select
        events.*,
        {{ columns_of_route('routes') }},
        event_at as piece_from,
        timezone(zone, event_at) as local_time,
    from {{ ref('int_usage_events_grouped') }} as events
    left join {{ ref('int_usage_routes') }} as routes
        on
            {{ names_route('events', 'routes') }}
            and events.event_at >= routes.from_at and events.event_at < routes.until_at
    where events.interval_until is null
),

{# An interval of a summed meter belongs to every route that it touches, cut by local days and bands. #}
intervals as not materialized (
    select
        events.*,
        {{ columns_of_route('routes') }},
        {{ piece_bounds(
            'days.cuts', 'greatest(events.event_at, routes.from_at)', 'least(events.interval_until, routes.until_at)'
        ) }} as bounds,
        unnest(coalesce(bounds[1:-2], [event_at])) as piece_from,
        unnest(coalesce(bounds[2:], [event_at])) as piece_until,
        timezone(routes.zone, piece_from) as local_time,
    from {{ ref('int_usage_events_grouped') }} as events
    left join {{ ref('int_usage_routes') }} as routes
        on
            {{ names_route('events', 'routes') }}
            and events.event_at < routes.until_at
            and (events.event_at >= routes.from_at or (routes.is_spread and events.interval_until > routes.from_at))
    left join {{ ref('int_local_day_bounds') }} as days
        on
            case when routes.is_spread then routes.zone end = days.zone
            and coalesce(routes.time_bands, '') = days.time_bands
            and days.day_until > greatest(events.event_at, routes.from_at)
            and days.day_from < least(events.interval_until, routes.until_at)
    where events.ended_at is not null and events.interval_until is not null
),

pieces as not materialized (
    from points
    union all by name
    from intervals
),

routed as not materialized (
    select
        pieces.*,
        cast(local_time as date) as usage_date,
        if(bands.band is null, properties, json_merge_patch(properties, json_object('band', bands.band))) as banded,
        if(
            coalesce(len(dimensions), 0) = 0, '{}', {{ picked_dimensions('banded', 'dimensions') }}
        ) as event_dimensions,
        case when filters is not null then {{ count_of_matching_filters('filters', 'event_dimensions') }} end as fees,
        {{ value_of_event('aggregation', 'field', 'quantity', 'properties', 'events') }} as whole,
        if(
            price_field is not null, {{ number_of_property('properties', 'price_field', 13) }}, null
        ) as own_price,
        {{ price_of_event('whole', 'own_price') }} as unit_price,
        {{ state_of_event() }} as event_state,
        {{ value_of_piece('whole', 'bounds', 'piece_from', 'piece_until', 'event_at', 'interval_until') }} as used,
        if(
            aggregation = 'unique_count', cast(md5(json_extract_string(properties, field)) as uuid), null
        ) as unique_value,
        case when is_contested or interval_until is not null then line_no end as own_line,
    from pieces
    left join {{ ref('int_time_bands_dated') }} as bands
        on
            pieces.time_bands = bands.time_bands and cast(pieces.local_time as date) = bands.local_date
            and {{ minute_of_day('pieces.local_time') }} between bands.from_minute and bands.until_minute - 1
),
{# Lists cost much even where they are empty, so only the meters that need one get one. #}
metered as (
    select
        {{ key_of_metered() }},
        first_line_no,
        {{ sums_of_group() }},
        {{ no_lists_of_metered() }},
        '' as fingerprint,
    from routed
    where is_group

    union all by name
    select
        {{ key_of_metered() }},
        0 as first_line_no,
        {{ sums_of_metered() }},
        {{ no_lists_of_metered() }},
        '' as fingerprint,
    from routed
    where not is_group and not coalesce(is_listed, false)
    group by all

    union all by name
    select
        {{ key_of_metered() }},
        0 as first_line_no,
        {{ sums_of_metered() }},
        {{ lists_of_metered() }},
        '' as fingerprint,
    from routed
    where not is_group and is_listed
    group by all

    union all by name
    select
        event_date, file_name, 'day' as state, '' as contract_id, '' as meter, '{}' as dimensions,
        0 as line_no, 0 as first_line_no, '' as waits_for, '' as waits_with, 0 as quantity,
        0 as priced_amount, 0 as event_count, 0 as counted_events, fingerprint,
    from dirty_files
    where getvariable('is_last_batch')
)

select * from metered
