with

source as (

    select * from {{ source('catalog', 'sources') }}

),

renamed as (

    select
        source,
        kind,
        format,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
