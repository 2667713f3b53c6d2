with

source as (

    select * from {{ source('ledger', 'pricing_rules') }}

),

renamed as (

    select
        rules_version,
        adopted_on,
        charge_id,
        difference,
        currency,
        commit_sequence,
        recorded_at,
    from source
    where recorded_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
