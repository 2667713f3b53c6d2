with recursive

corrections as (

    select
        kind,
        event_date,
        file_name,
        line_no,
        target_file_name,
        target_line_no,
    from {{ ref('int_usage_corrections') }}
    where kind <> 'day'

),

{# How far each stands from an event that corrects nothing by the same kind. A circle has no such end. #}
chained as (

    select
        corrections.* exclude (target_file_name, target_line_no),
        1 as place,
    from corrections
    left join corrections as targets
        on
            corrections.kind = targets.kind
            and corrections.target_file_name = targets.file_name
            and corrections.target_line_no = targets.line_no
    where targets.file_name is null

    union all

    select
        corrections.* exclude (target_file_name, target_line_no),
        chained.place + 1,
    from chained
    inner join corrections
        on
            chained.kind = corrections.kind
            and chained.file_name = corrections.target_file_name
            and chained.line_no = corrections.target_line_no
    where chained.place < case chained.kind when 'amends' then 50 else 20 end

),

refused as (

    select
        kind,
        event_date,
        file_name,
        line_no,
    from corrections
    anti join chained on corrections.file_name = chained.file_name and corrections.line_no = chained.line_no

)

select * from refused
