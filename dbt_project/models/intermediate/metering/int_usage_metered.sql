{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='event_date',
    pre_hook="set disabled_optimizers = 'build_side_probe_side'", post_hook="reset disabled_optimizers") }}
with

routes as (

    select * from {{ ref('int_usage_routed') }}

),

dirty_days as (

    select * from {{ ref('int_usage_days_fingerprinted') }}
    {% if is_incremental() %}
        where (event_date, fingerprint) not in (select (event_date, fingerprint) from {{ this }} where state = 'day')
    {% endif %}

),

events as (

    select
        events.*,
        case
            when superseded.line_no is not null then ''
            when contract_id <> '' then 'contract|' || contract_id
            else 'customer|' || customer_id
        end as route_key,
    from {{ ref('stg_usage__events') }} as events
    left join {{ ref('int_usage_events_superseded') }} as superseded
        on events.file_name = superseded.file_name and events.line_no = superseded.line_no
    where events.event_date in (select dirty_days.event_date from dirty_days)

),

routed as (

    select
        events.event_date,
        events.file_name,
        coalesce(routes.contract_id, '') as contract_id,
        coalesce(routes.meter, '') as meter,
        cast(timezone(routes.zone, events.event_at) as date) as usage_date,
        case
            when bands.band is null then events.properties
            else json_merge_patch(events.properties, json_object('band', bands.band))
        end as banded_properties,
        case
            when coalesce(len(routes.dimensions), 0) = 0 then '{}'
            else {{ picked_dimensions('banded_properties', 'routes.dimensions') }}
        end as event_dimensions,
        len(list_filter(routes.filters, lambda filter: {{ matches_filter('filter', 'event_dimensions') }})) as fees,
        case
            when events.route_key = '' then 'superseded'
            when cast(timezone(routes.zone, events.received_at) as date) - usage_date > routes.ignored_after_days then 'ignored'
            when routes.state = 'rated' and fees = 0 then 'free'
            else coalesce(routes.state, 'waiting')
        end as state,
        case
            when routes.aggregation = 'count' then 1
            when routes.field = 'quantity' then events.quantity
            when routes.aggregation = 'unique_count' then 0
            else try_cast(json_extract_string(events.properties, routes.field) as decimal(38, 12))
        end as quantity,
        case when routes.aggregation = 'unique_count' then md5(json_extract_string(events.properties, routes.field))::uuid end
            as unique_value,
        coalesce(routes.aggregation in ('latest', 'time_weighted_sum'), false) as is_reading,
        events.event_at,
        events.received_at,
        events.line_no,
        try_cast(json_extract_string(events.properties, routes.price_field) as decimal(38, 12)) as unit_price,
        coalesce(routes.is_first, true) as is_first,
    from events
    left join routes
        on
            events.route_key = routes.route_key
            and events.event_type = routes.event_type
            and events.event_at >= routes.from_at
            and events.event_at < routes.until_at
    left join {{ ref('int_time_bands_laid') }} as bands
        on
            routes.time_bands = bands.time_bands
            and cast(timezone(routes.zone, events.event_at) as date) = bands.local_date
            and {{ minute_of_day('timezone(routes.zone, events.event_at)') }} between bands.from_minute and bands.until_minute - 1

),

metered as (

    select
        event_date,
        file_name,
        state,
        contract_id,
        meter,
        usage_date,
        event_dimensions as dimensions,
        coalesce(sum(quantity), 0)::decimal(38, 12) as quantity,
        coalesce(sum(cast(quantity * unit_price as decimal(38, 12))), 0)::decimal(38, 12) as priced_amount,
        max(quantity)::decimal(38, 12) as peak,
        list_sort(list_distinct(list(unique_value) filter (where unique_value is not null))) as unique_values,
        list({
            'event_at': event_at, 'received_at': received_at, 'file_name': file_name, 'line_no': line_no, 'reading': quantity
        }) filter (where is_reading and quantity is not null) as readings,
        count(*) as event_count,
        count(*) filter (where is_first) as counted_events,
        '' as fingerprint,
    from routed
    group by all

    union all

    select
        event_date, '', 'day', '', '', null, '{}', 0, 0, null, null, null, 0, 0, fingerprint,
    from dirty_days

)

select * from metered
