with

source as (

    select * from {{ source('crm', 'erasures') }}

),

renamed as (

    select
        erasure_id,
        customer_id,
        requested_on,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
