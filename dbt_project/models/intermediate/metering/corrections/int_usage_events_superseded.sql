with recursive

corrections as (

    select * from {{ ref('int_usage_corrections') }} where kind <> 'day'

),

retractions as (

    select * from {{ ref('int_usage_retractions') }}

),

refused as (

    select * from {{ ref('int_usage_corrections_refused') }}

),

{# What is retracted is as if it had never come, an amendment too: then the event that it amended counts again. #}
retracted as (

    select distinct
        target_file_name as file_name,
        target_line_no as line_no,
        target_date as event_date,
    from retractions
    where target_line_no is not null

),

standing as (

    select
        corrections.event_date,
        corrections.file_name,
        corrections.line_no,
        corrections.received_at,
        corrections.target_date,
        corrections.target_file_name,
        corrections.target_line_no,
    from corrections
    anti join retracted on corrections.file_name = retracted.file_name and corrections.line_no = retracted.line_no
    anti join refused on corrections.file_name = refused.file_name and corrections.line_no = refused.line_no
    where corrections.kind = 'amends' and corrections.target_line_no is not null

),

{# An amendment may be amended: all that lead to one event stand beside each other, and the newest of them holds. #}
chains as (

    select
        *,
        1 as steps,
    from standing

    union all

    select
        chains.event_date,
        chains.file_name,
        chains.line_no,
        chains.received_at,
        standing.target_date,
        standing.target_file_name,
        standing.target_line_no,
        chains.steps + 1,
    from chains
    inner join standing on chains.target_file_name = standing.file_name and chains.target_line_no = standing.line_no
    where chains.steps < 50

),

{# One that came too late replaces nothing. #}
heard as (

    select chains.*
    from chains
    anti join {{ ref('int_usage_amendments_too_late') }} as ignored
        on chains.file_name = ignored.file_name and chains.line_no = ignored.line_no

),

ranked as (

    select
        *,
        row_number() over (
            partition by target_file_name, target_line_no
            order by received_at desc, file_name desc, line_no desc
        ) as place,
    from heard

),

superseded as (

    select * from retracted
    union
    select file_name, line_no, event_date from corrections where kind = 'retracts'
    union
    select file_name, line_no, event_date from refused
    union
    select
        target_file_name,
        target_line_no,
        target_date,
    from heard
    union
    select
        file_name,
        line_no,
        event_date,
    from ranked
    where place > 1

)

select * from superseded
