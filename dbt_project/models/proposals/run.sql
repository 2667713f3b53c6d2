with

int_runs_described as (

    select * from {{ ref('int_runs_described') }}

),

run as (

    select
        as_of_date,
        known_until,
        night_ends_on,
        is_view,
        ledger_head,
        ledger_sequence,
    from int_runs_described

)

select * from run
