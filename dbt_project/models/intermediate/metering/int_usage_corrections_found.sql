{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='event_date') }}

with

files as (

    select * from {{ ref('stg_intake__files') }}

),

events as (

    select * from {{ ref('stg_usage__events') }}

),

days as (

    select
        event_date,
        md5(string_agg(file_name || '|' || sha256 || '|' || rows_accepted, ',' order by file_name)) as files_hash,
    from files
    where stream = 'usage' and event_date is not null
    group by event_date

),

{# Days that new files touch, and days with a correction whose event had not come yet. #}
days_to_read as (

    select * from days
    {% if is_incremental() %}
        where
            (event_date, files_hash) not in (select (event_date, files_hash) from {{ this }} where kind = 'day')
            or event_date in (select event_date from {{ this }} where target_line_no is null and kind <> 'day')
    {% endif %}

),

corrections as (

    select
        *,
        case when retracts is not null then 'retracts' else 'amends' end as kind,
        coalesce(retracts, amends) as target_id,
    from events
    where
        event_date in (select days_to_read.event_date from days_to_read)
        and (amends is not null or retracts is not null)

),

{# An id may be used again after its window: the newest event of that id is meant. #}
targets as (

    select
        source,
        event_id,
        max({
            'event_date': event_date, 'received_at': received_at, 'file_name': file_name, 'line_no': line_no
        }) as target,
    from events
    where (source, event_id) in (select (corrections.source, corrections.target_id) from corrections)
    group by source, event_id

),

reached as (

    select
        event_date,
        max(cast(timezone('UTC', interval_until) as date)) as intervals_until,
    from events
    where event_date in (select days_to_read.event_date from days_to_read) and interval_until is not null
    group by event_date

),

found as (

    select
        corrections.event_date,
        corrections.kind,
        corrections.file_name,
        corrections.line_no,
        corrections.received_at,
        cast(targets.target['event_date'] as date) as target_date,
        targets.target['file_name'] as target_file_name,
        targets.target['line_no'] as target_line_no,
        '' as files_hash,
        null::date as intervals_until,
    from corrections
    left join targets on corrections.source = targets.source and corrections.target_id = targets.event_id

    union all

    select
        days_to_read.event_date, 'day', '', 0, null, null, null, null,
        days_to_read.files_hash,
        reached.intervals_until,
    from days_to_read
    left join reached on days_to_read.event_date = reached.event_date

)

select * from found
