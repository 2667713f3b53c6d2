{{ config(materialized='view') }}

with

events as not materialized (

    select
        * exclude (contract_id, customer_id),
        contract_id <> '' as is_named_by_contract,
        case when contract_id <> '' then contract_id else customer_id end as named_id,
    from {{ ref('stg_usage__events') }}

),

apart as (

    select * from {{ ref('int_events_metered_singly') }}

),

stretches as (

    select stretches.* from {{ ref('int_metering_windows') }} as stretches
    anti join apart using (event_date, file_name)

),

grouped as not materialized (

    select
        stretches.stretch_no,
        events.event_type,
        events.is_named_by_contract,
        events.named_id,
        {{ dimensions_of_event('events.properties') }} as told_apart_by,
        min(events.line_no) as first_line_no,
        cast(sum(events.quantity) as decimal(38, 12)) as quantity,
        count(*) as events,
    from events
    inner join stretches
        on
            events.event_date = stretches.event_date and events.file_name = stretches.file_name
            and events.event_at >= stretches.from_at and events.event_at < stretches.until_at
    anti join apart on events.event_type = apart.event_type
    group by all

),

{# The first moment of the stretch stands for that of all its events: nothing turns before the last. #}
groups as not materialized (

    select
        grouped.* exclude (stretch_no, told_apart_by),
        true as is_group,
        stretches.event_date,
        stretches.file_name,
        stretches.received_at,
        stretches.from_at as event_at,
        {{ properties_of_group('grouped.told_apart_by') }} as properties,
        false as is_superseded,
    from grouped
    inner join stretches on grouped.stretch_no = stretches.stretch_no

),

singles as not materialized (

    select events.* from events
    semi join apart using (event_type)
    union all
    select events.* from events
    semi join apart using (event_date, file_name)
    anti join apart as types on events.event_type = types.event_type

),

gathered as not materialized (

    select
        singles.*,
        false as is_group,
        0 as first_line_no,
        1 as events,
        superseded.line_no is not null as is_superseded,
    from singles
    left join {{ ref('int_usage_events_superseded') }} as superseded
        on singles.file_name = superseded.file_name and singles.line_no = superseded.line_no
    union all by name
    select * from groups

)

select * from gathered
