with

routes as (

    select * from {{ ref('int_usage_routes') }}

),

superseded as (

    select * from {{ ref('int_usage_events_superseded') }}

),

corrections as (

    select * from {{ ref('int_usage_corrections') }}

),

dimensions as (

    select distinct unnest(from_json(dimensions, '["VARCHAR"]')) as name
    from {{ ref('stg_catalog__meters') }}

),

{# A group's dimensions are one value of the engine, which takes Region and region for the same name. #}
twins as (

    select list(name) as names
    from dimensions
    group by lower(name)
    having count(*) > 1

),

types as (

    select distinct event_type
    from routes
    where
        list_has_any(dimensions, (select flatten(list(names)) from twins))
        or is_listed
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
        cast(null as date) as event_date,
        cast(null as varchar) as file_name,
    from types
    union all by name
    select * from parts

)

select * from kept_apart
