with

files as (

    select * from {{ ref('stg_intake__files') }}

),

metered as (

    select * from {{ ref('int_usage_metered') }}

),

{# An event with rows of its own is counted once: rated if one of them rated it. #}
told as (

    select
        file_name,
        event_date,
        state,
        counted_events,
    from metered
    where state <> 'day' and line_no = 0

    union all

    select
        file_name,
        event_date,
        arg_min(state, list_position(['rated', 'paused', 'ignored', 'free', 'waiting', 'superseded'], state)),
        1,
    from metered
    where line_no <> 0
    group by file_name, event_date, line_no

),

counted as (

    select
        file_name,
        event_date,
        coalesce(sum(counted_events) filter (where state = 'rated'), 0) as events_rated,
        coalesce(sum(counted_events) filter (where state = 'free'), 0) as events_free,
        coalesce(sum(counted_events) filter (where state = 'waiting'), 0) as events_waiting,
        coalesce(sum(counted_events) filter (where state = 'superseded'), 0) as events_superseded,
        coalesce(sum(counted_events) filter (where state in ('ignored', 'paused')), 0) as events_ignored,
    from told
    group by file_name, event_date

),

received as (

    select
        file_name,
        event_date,
        sum(rows_received) as rows_received,
        sum(rows_rejected) as rows_rejected,
        sum(rows_duplicate) as rows_duplicate,
    from files
    where stream = 'usage'
    group by file_name, event_date

),

accounted as (

    select
        received.file_name,
        received.event_date as usage_date,
        cast(received.rows_received as bigint) as events_received,
        cast(coalesce(counted.events_rated, 0) as bigint) as events_rated,
        cast(coalesce(counted.events_free, 0) as bigint) as events_free,
        cast(coalesce(counted.events_waiting, 0) as bigint) as events_waiting,
        cast(received.rows_rejected as bigint) as events_rejected,
        cast(received.rows_duplicate as bigint) as events_duplicate,
        cast(coalesce(counted.events_superseded, 0) as bigint) as events_superseded,
        cast(coalesce(counted.events_ignored, 0) as bigint) as events_ignored,
    from received
    left join counted
        on received.file_name = counted.file_name and received.event_date is not distinct from counted.event_date

)

select * from accounted
