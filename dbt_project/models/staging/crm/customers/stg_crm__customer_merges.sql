with

source as (

    select * from {{ source('crm', 'customer_merges') }}

),

renamed as (

    select
        merge_id,
        customer_id,
        into_customer_id,
        effective_on,
        recorded_at,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
