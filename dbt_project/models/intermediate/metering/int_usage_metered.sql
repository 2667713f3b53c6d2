{{ config(
    materialized='incremental', incremental_strategy='append', unique_key=['event_date', 'file_name'],
    pre_hook=[
        "{{ forget_changed_usage_files(usage_files_metered(), 'from ' ~ ref('int_usage_days_fingerprinted')) }}",
        "{{ ask_for_new_usage_files(usage_files_metered(), 'from ' ~ ref('int_usage_days_fingerprinted'), ref('stg_intake__files')) }}",
    ],
) }}
with

dirty_files as (
    select * from {{ ref('int_usage_days_fingerprinted') }}
    {% if is_incremental() %} where (event_date, file_name) not in (select (event_date, file_name) from {{ this }} where state = 'day') {% endif %}
),

events as (
    select
        events.* exclude (contract_id, customer_id),
        case
            when superseded.line_no is not null then ''
            when contract_id <> '' then 'contract|' || contract_id
            else 'customer|' || customer_id
        end as key_of_route,
    from {{ ref('stg_usage__events') }} as events
    left join {{ ref('int_usage_events_superseded') }} as superseded
        on events.file_name = superseded.file_name and events.line_no = superseded.line_no
),

{# An event belongs to the route of its moment; an interval of a summed meter to every route that it touches, cut by local days and bands. #}
located as (

    select
        events.*,
        routes.* exclude (event_type),
        {{ piece_bounds('days.cuts', 'greatest(events.event_at, routes.from_at)', 'least(events.interval_until, routes.until_at)') }} as bounds,
    from events
    left join {{ ref('int_usage_routed') }} as routes
        on
            events.key_of_route = routes.route_key
            and events.event_type = routes.event_type
            and events.event_at < routes.until_at
            and (events.event_at >= routes.from_at or (routes.is_spread and events.interval_until > routes.from_at))
    left join {{ ref('int_usage_days_cut') }} as days
        on
            case when routes.is_spread and events.interval_until is not null then routes.zone end = days.zone
            and coalesce(routes.time_bands, '') = days.time_bands
            and days.day_until > greatest(events.event_at, routes.from_at) and days.day_from < least(events.interval_until, routes.until_at)

),

pieces as (

    select
        *,
        unnest(coalesce(bounds[1:-2], [event_at])) as piece_from,
        unnest(coalesce(bounds[2:], [event_at])) as piece_until,
        timezone(zone, piece_from) as local_time,
    from located

),

routed as (

    select
        pieces.*,
        cast(local_time as date) as usage_date,
        case when bands.band is null then properties else json_merge_patch(properties, json_object('band', bands.band)) end as banded,
        case when coalesce(len(dimensions), 0) = 0 then '{}' else {{ picked_dimensions('banded', 'dimensions') }} end as event_dimensions,
        len(list_filter(filters, lambda filter: {{ matches_filter('filter', 'event_dimensions') }})) as fees,
        try_cast(json_extract_string(properties, price_field) as decimal(38, 12)) as unit_price,
        case
            when key_of_route = '' then 'superseded'
            when cast(timezone(zone, received_at) as date) - usage_date > ignored_after_days then 'ignored'
            when state = 'rated' and fees = 0 then 'free'
            when state = 'rated' and needs_price and unit_price is null then 'waiting'
            else coalesce(state, 'waiting')
        end as event_state,
        {{ value_of_event('aggregation', 'field', 'quantity', 'properties') }} as whole,
        {{ value_of_piece('whole', 'bounds', 'piece_from', 'piece_until', 'event_at', 'interval_until') }} as used,
        case when aggregation = 'unique_count' then md5(json_extract_string(properties, field))::uuid end as unique_value,
        case when is_contested or interval_until is not null then line_no end as own_line,
    from pieces
    left join {{ ref('int_time_bands_laid') }} as bands
        on
            pieces.time_bands = bands.time_bands and cast(pieces.local_time as date) = bands.local_date
            and {{ minute_of_day('pieces.local_time') }} between bands.from_minute and bands.until_minute - 1

),

metered as (

    select
        event_date,
        file_name,
        event_state as state,
        coalesce(contract_id, '') as contract_id,
        coalesce(meter, '') as meter,
        usage_date,
        event_dimensions as dimensions,
        coalesce(own_line, 0) as line_no,
        coalesce(sum(used), 0)::decimal(38, 12) as quantity,
        coalesce(sum(cast(used * unit_price as decimal(38, 12))), 0)::decimal(38, 12) as priced_amount,
        max(used)::decimal(38, 12) as peak,
        list_sort(list_distinct(list(unique_value) filter (where unique_value is not null))) as unique_values,
        list({ 'event_at': event_at, 'received_at': received_at, 'file_name': file_name, 'line_no': line_no, 'reading': used })
        filter (where is_reading and used is not null) as readings,
        count(*) filter (where piece_from = event_at) as event_count,
        count(*) filter (where coalesce(is_first, true)) as counted_events,
        '' as fingerprint,
    from routed
    group by all

    union all
    select
        event_date, file_name, 'day', '', '', null, '{}', 0, 0, 0, null, null, null, 0, 0, fingerprint,
    from dirty_files
)

select * from metered
