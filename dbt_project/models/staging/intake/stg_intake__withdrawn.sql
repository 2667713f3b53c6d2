with

source as (

    select * from {{ source('intake', 'withdrawn') }}

),

renamed as (

    select
        file_name,
        contract_id,
        charge_id,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
