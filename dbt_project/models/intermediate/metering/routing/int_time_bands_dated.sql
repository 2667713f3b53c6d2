with

windows as (

    select * from {{ ref('stg_catalog__time_band_windows') }}

),

holidays as (

    select * from {{ ref('stg_catalog__time_band_holidays') }}

),

files as (

    select * from {{ ref('stg_intake__files') }}

),

{# Local days reach a day beyond the UTC days of the events. #}
days as (

    select cast(unnest(range(min(event_date) - 1, max(event_date) + 2, interval 1 day)) as date) as local_date
    from files
    where stream = 'usage' and event_date is not null

),

bands as (

    select distinct time_bands from windows

),

kinds as (

    select
        bands.time_bands,
        days.local_date,
        coalesce(holidays.day_kind, lower(strftime(days.local_date, '%a'))) as day_kind,
    from days
    cross join bands
    left join holidays on bands.time_bands = holidays.time_bands and days.local_date = holidays.holiday

),

laid as (

    select
        kinds.time_bands,
        kinds.local_date,
        windows.from_minute,
        windows.until_minute,
        windows.band,
    from kinds
    inner join windows
        on
            kinds.time_bands = windows.time_bands
            and kinds.day_kind = windows.day_kind
            and month(kinds.local_date) = windows.month
            and day(kinds.local_date) >= windows.from_day
            and day(kinds.local_date) < windows.until_day

)

select * from laid
