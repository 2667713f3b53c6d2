{{ config(
    materialized='incremental', incremental_strategy='append', unique_key=['event_date', 'file_name'],
    pre_hook=[
        "{{ ask_for_usage_files_of_tonight(ref('stg_intake__files'), ref('stg_run__run')) }}",
        "{{ refuse_double_events(ref('stg_usage__events')) }}",
        "{{ forget_changed_usage_files(usage_files_corrected(), usage_files_hashed(ref('stg_intake__files'))) }}",
        "{{ ask_for_new_usage_files(
            usage_files_corrected(), usage_files_hashed(ref('stg_intake__files')), ref('stg_intake__files')
        ) }}",
        "{{ ask_for_all_usage_files_if_any_corrects(ref('stg_usage__events'), ref('stg_intake__files')) }}",
    ],
) }}

with

events as not materialized (

    select * from {{ ref('stg_usage__events') }}

),

new_files as (

    select * from ({{ usage_files_hashed(ref('stg_intake__files')) }})
    {% if is_incremental() %}
        where (event_date, file_name) not in (select (event_date, file_name) from {{ this }})
    {% endif %}

),

corrections as (

    select
        *,
        case when retracts is not null then 'retracts' else 'amends' end as kind,
        coalesce(retracts, amends) as target_id,
    from events
    where
        (amends is not null or retracts is not null)
        and (event_date, file_name) in (select (new_files.event_date, new_files.file_name) from new_files)

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
        file_name,
        max(cast(timezone('UTC', interval_until) as date)) as intervals_until,
    from events
    semi join new_files using (event_date, file_name)
    where ended_at is not null and interval_until is not null
    group by event_date, file_name

),

found as (

    select
        corrections.event_date,
        corrections.kind,
        corrections.file_name,
        corrections.line_no,
        corrections.received_at,
        corrections.event_type,
        corrections.event_at,
        corrections.interval_until,
        corrections.contract_id,
        corrections.customer_id,
        cast(targets.target['event_date'] as date) as target_date,
        targets.target['file_name'] as target_file_name,
        targets.target['line_no'] as target_line_no,
        '' as files_hash,
    from corrections
    left join targets on corrections.source = targets.source and corrections.target_id = targets.event_id

    union all by name

    select
        new_files.event_date,
        'day' as kind,
        new_files.file_name,
        0 as line_no,
        new_files.files_hash,
        reached.intervals_until,
    from new_files
    left join reached on new_files.event_date = reached.event_date and new_files.file_name = reached.file_name

)

select * from found
