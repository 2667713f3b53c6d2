with

source as (

    select * from {{ source('catalog', 'meters') }}

),

renamed as (

    select
        meter,
        event_type,
        aggregation,
        field,
        price_field,
        dimensions,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
