with

source as (

    select * from {{ source('ledger', 'runs') }}

),

renamed as (

    select
        run_id,
        as_of_date,
        known_until,
        check_results,
        commit_sequence,
        recorded_at,
    from source
    where recorded_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
