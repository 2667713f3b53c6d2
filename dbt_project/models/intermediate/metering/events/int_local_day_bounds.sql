with

routes as (

    select * from {{ ref('int_usage_routes') }}

),

bands as (

    select * from {{ ref('int_time_bands_dated') }}

),

corrections as (

    select * from {{ ref('int_usage_corrections') }}

),

zones as (

    select distinct
        zone,
        coalesce(time_bands, '') as time_bands,
    from routes
    where is_spread

),

{# Local days reach a day beyond the UTC days of the intervals; without an interval there are none. #}
days as (

    select
        zones.zone,
        zones.time_bands,
        cast(unnest(range(reached.first_day - 1, reached.last_day + 2, interval 1 day)) as date) as local_date,
    from zones
    cross join (
        select min(event_date) as first_day, max(intervals_until) as last_day from corrections
        where intervals_until is not null
    ) as reached
    where reached.first_day is not null

),

borders as (

    select
        time_bands,
        local_date,
        list(from_minute order by from_minute) as minutes,
    from bands
    group by time_bands, local_date

),

bounded as (

    select
        days.*,
        {{ local_midnight('days.zone', 'days.local_date') }} as day_from,
        {{ local_midnight('days.zone', 'days.local_date + 1') }} as day_until,
        borders.minutes,
    from days
    left join borders on days.time_bands = borders.time_bands and days.local_date = borders.local_date

),

{# On a day on which the clock changes a wall clock time may come never or twice: there every minute is a cut. #}
cut as (

    select
        zone,
        time_bands,
        local_date,
        day_from,
        day_until,
        list_append(
            case
                when minutes is null then [day_from]
                when day_until - day_from = interval 24 hour
                    then list_transform(minutes, lambda minute: day_from + to_minutes(minute))
                else range(day_from, day_until, interval 1 minute)
            end,
            day_until
        ) as cuts,
    from bounded

)

select * from cut
