with

source as (

    select * from {{ source('ledger', 'period_closes') }}

),

renamed as (

    select
        entity_id,
        month,
        closed_on,
        totals,
        commit_sequence,
        recorded_at,
    from source
    where recorded_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
