with

source as (

    select * from {{ source('ledger', 'runs') }}

),

{# A ledger that no newer night has written to lacks the column. #}
with_columns as (

    select * from source
    union all by name
    select cast(null as varchar) as held_charges
    where false

),

renamed as (

    select
        run_id,
        as_of_date,
        known_until,
        check_results,
        held_charges,
        commit_sequence,
        recorded_at,
    from with_columns
    where recorded_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
