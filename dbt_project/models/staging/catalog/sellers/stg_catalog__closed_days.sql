with

source as (

    select * from {{ source('catalog', 'closed_days') }}

),

renamed as (

    select
        calendar_id,
        closed_on,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
