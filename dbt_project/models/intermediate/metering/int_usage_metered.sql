{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='event_date') }}

with

fingerprints as (

    select * from {{ ref('int_usage_days_fingerprinted') }}

),

routes as (

    select * from {{ ref('int_usage_routed') }}

),

dirty_days as (

    select * from fingerprints
    {% if is_incremental() %}
        where (event_date, fingerprint) not in (select (event_date, fingerprint) from {{ this }} where state = 'day')
    {% endif %}

),

events as (

    select
        *,
        case when contract_id <> '' then 'contract|' || contract_id else 'customer|' || customer_id end as route_key,
    from {{ ref('stg_usage__events') }}
    where event_date in (select event_date from dirty_days)

),

routed as (

    select
        events.event_date,
        events.file_name,
        coalesce(routes.state, 'waiting') as state,
        coalesce(routes.contract_id, '') as contract_id,
        coalesce(routes.meter, '') as meter,
        cast(timezone(routes.zone, events.event_at) as date) as usage_date,
        case
            when coalesce(len(routes.dimensions), 0) = 0 then '{}'
            else cast(to_json(map_from_entries(list_transform(
                routes.dimensions,
                lambda dimension: { 'k': dimension, 'v': json_extract_string(events.properties, dimension) }
            ))) as varchar)
        end as dimensions,
        case
            when routes.meter is null then 0
            when routes.aggregation = 'count' then 1
            when routes.field = 'quantity' then events.quantity
            else try_cast(json_extract_string(events.properties, routes.field) as decimal(38, 12))
        end as quantity,
        case
            when routes.price_field is not null
                then try_cast(json_extract_string(events.properties, routes.price_field) as decimal(38, 12))
        end as unit_price,
        coalesce(routes.is_first, true) as is_first,
    from events
    left join routes
        on
            events.route_key = routes.route_key
            and events.event_type = routes.event_type
            and events.event_at >= routes.from_at
            and events.event_at < routes.until_at

),

metered as (

    select
        event_date,
        file_name,
        state,
        contract_id,
        meter,
        usage_date,
        dimensions,
        coalesce(sum(quantity), 0)::decimal(38, 12) as quantity,
        coalesce(sum(cast(quantity * unit_price as decimal(38, 12))), 0)::decimal(38, 12) as priced_amount,
        count(*) as event_count,
        count(*) filter (where is_first) as counted_events,
        '' as fingerprint,
    from routed
    group by all

    union all

    select
        event_date, '', 'day', '', '', null, '{}', 0, 0, 0, 0,
        fingerprint,
    from dirty_days

)

select * from metered
