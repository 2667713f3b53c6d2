with

source as (

    select * from {{ source('catalog', 'tax_codes') }}

),

renamed as (

    select
        tax_code,
        kind,
        default_from,
        catalog_version,
        received_at,
    from source
    where {{ in_known_catalogs() }}

)

select * from renamed
