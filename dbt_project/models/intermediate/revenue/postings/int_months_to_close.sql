with

expected as (

    select * from {{ ref('int_subledger_entries') }}

),

closes as (

    select * from {{ ref('stg_ledger__period_closes') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

begun as (

    select
        entity_id,
        min(event_month) as first_month,
    from expected
    group by entity_id

),

closed as (

    select
        entity_id,
        max(month) as last_closed_month,
    from closes
    group by entity_id

),

{# From the first month that is not closed to the last one that is over tonight. #}
bounded as (

    select
        coalesce(begun.entity_id, closed.entity_id) as entity_id,
        coalesce(closed.last_closed_month + interval 1 month, begun.first_month) as first_open_month,
        date_trunc('month', run.night_ends_on) - interval 1 month as last_complete_month,
        run.as_of_date,
    from begun
    full join closed on begun.entity_id = closed.entity_id
    cross join run

),

to_close as (

    select
        entity_id,
        cast(first_open_month as date) as first_open_month,
        cast(unnest(
            generate_series(cast(first_open_month as timestamp), last_complete_month, interval 1 month)
        ) as date) as month,
        as_of_date,
    from bounded

)

select * from to_close
