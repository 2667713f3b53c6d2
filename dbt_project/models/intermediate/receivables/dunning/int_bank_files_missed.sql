with

sources as (

    select * from {{ ref('stg_catalog__sources') }}

),

files as (

    select * from {{ ref('stg_intake__files') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

closed_days as (

    select * from {{ ref('stg_catalog__closed_days') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

expected as (

    select
        sources.source,
        sources.expected_calendar_id as calendar_id,
        sources.expected_bank_days,
        entities.entity_id,
        entities.time_zone,
    from sources
    inner join entities on coalesce(sources.expected_entity_id, entities.entity_id) = entities.entity_id
    where sources.kind = 'payments' and sources.expected_calendar_id is not null

),

{# Before its first file a source is waited for from the day on which its profile came. #}
last_received as (

    select
        expected.source,
        expected.calendar_id,
        expected.expected_bank_days,
        expected.entity_id,
        {{ local_day('any_value(expected.time_zone)', 'max(files.received_at)') }} as last_received_on,
    from expected
    inner join files
        on
            (files.stream = 'payments' and files.source = expected.source and files.state = 'loaded')
            or files.file_name = 'catalog/sources/' || expected.source || '.yml'
    group by expected.source, expected.calendar_id, expected.expected_bank_days, expected.entity_id

),

{# Bank days after the day of the last file, up to the business day; tonight's file may bring that one. #}
waited_for as (

    select
        last_received.*,
        cast(unnest(range(
            cast(last_received.last_received_on + 1 as timestamp), cast(run.night_ends_on as timestamp), interval 1 day
        )) as date) as waited_on,
    from last_received
    cross join run

),

counted as (

    select
        waited_for.entity_id,
        waited_for.source,
        waited_for.last_received_on,
        waited_for.expected_bank_days,
        cast(count(*) as integer) as bank_days_missed,
    from waited_for
    left join closed_days
        on waited_for.calendar_id = closed_days.calendar_id and waited_for.waited_on = closed_days.closed_on
    where closed_days.closed_on is null
    group by all

),

missed as (

    select *
    from counted
    where bank_days_missed > expected_bank_days

)

select * from missed
