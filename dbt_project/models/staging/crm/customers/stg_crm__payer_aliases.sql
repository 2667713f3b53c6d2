with

source as (

    select * from {{ source('crm', 'payer_aliases') }}

),

renamed as (

    select
        alias,
        customer_id,
        recorded_at,
        payer_key,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
