with

routes as (

    select * from {{ ref('int_usage_routes') }}

),

parts as (

    select
        event_date,
        file_name,
        max(coalesce(rows_received_at, received_at)) as received_at,
    from {{ ref('stg_intake__files') }}
    where stream = 'usage' and rows_accepted > 0
    group by event_date, file_name

),

days as (

    select distinct event_date from parts

),

zones as (

    select distinct zone from routes

),

local_days as (

    select distinct
        {{ local_midnight('zones.zone', 'days.event_date + distances.distance') }} as day_from,
        {{ local_midnight('zones.zone', 'days.event_date + distances.distance + 1') }} as day_until,
    from days
    cross join zones
    cross join (select unnest([-1, 0, 1]) as distance) as distances

),

{# Around a change of the clock a midnight may come never or twice: there every quarter of an hour is a turn. #}
moments as (

    select timezone('UTC', cast(event_date as timestamp)) as moment
    from days
    union
    select day_from
    from local_days
    union
    select unnest(range(day_from - interval 1 day, day_until + interval 1 day, interval 15 minute))
    from local_days
    where date_diff('minute', day_from, day_until) <> 1440
    union
    select from_at
    from routes
    union
    select until_at
    from routes

),

cut as (

    select
        days.event_date,
        moments.moment as from_at,
        lead(moments.moment, 1, timezone('UTC', cast(days.event_date + 1 as timestamp))) over (
            partition by days.event_date order by moments.moment
        ) as until_at,
    from days
    inner join moments on days.event_date = cast(timezone('UTC', moments.moment) as date)

),

numbered as (

    select
        row_number() over (order by parts.event_date, parts.file_name, cut.from_at) as stretch_no,
        parts.*,
        cut.from_at,
        cut.until_at,
    from parts
    inner join cut on parts.event_date = cut.event_date

)

select * from numbered
