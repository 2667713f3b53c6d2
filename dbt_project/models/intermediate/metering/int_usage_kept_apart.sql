with

routes as (

    select * from {{ ref('int_usage_routed') }}

),

superseded as (

    select * from {{ ref('int_usage_events_superseded') }}

),

corrections as (

    select * from {{ ref('int_usage_corrections_found') }}

),

types as (

    select distinct event_type
    from routes
    where
        is_listed
        or is_contested
        or time_bands is not null
        or price_field is not null
        or aggregation = 'max'
        or (aggregation <> 'count' and field <> 'quantity')

),

parts as (

    select
        event_date,
        file_name,
    from superseded
    union
    select
        event_date,
        file_name,
    from corrections
    where kind = 'day' and intervals_until is not null

),

kept_apart as (

    select
        event_type,
        null::date as event_date,
        null::varchar as file_name,
    from types
    union all by name
    select * from parts

)

select * from kept_apart
