with recursive

retractions as (

    select
        event_date,
        file_name,
        line_no,
        target_date,
        target_file_name,
        target_line_no,
    from {{ ref('int_usage_corrections') }}
    anti join {{ ref('int_usage_corrections_refused') }} using (file_name, line_no)
    where kind = 'retracts'

),

{# Only a retraction that another one retracts, or that retracts one, may turn out not to hold. #}
doubted as (

    select retractions.*
    from retractions
    semi join retractions as others
        on retractions.file_name = others.target_file_name and retractions.line_no = others.target_line_no
    union
    select retractions.*
    from retractions
    semi join retractions as others
        on retractions.target_file_name = others.file_name and retractions.target_line_no = others.line_no

),

{# A retraction holds if none that holds retracts it: each round judges by the one before, so n of them take n rounds.
   #}
rounds as (

    select
        *,
        true as is_upheld,
        0 as round_no,
    from doubted

    union all

    select
        own.event_date,
        own.file_name,
        own.line_no,
        own.target_date,
        own.target_file_name,
        own.target_line_no,
        not coalesce(bool_or(others.is_upheld), false),
        own.round_no + 1,
    from rounds as own
    left join rounds as others on own.file_name = others.target_file_name and own.line_no = others.target_line_no
    where own.round_no < 20
    group by all

),

upheld as (

    select *
    from retractions
    anti join doubted on retractions.file_name = doubted.file_name and retractions.line_no = doubted.line_no
    union all
    select * exclude (is_upheld, round_no)
    from rounds
    where round_no = 20 and is_upheld

)

select * from upheld
