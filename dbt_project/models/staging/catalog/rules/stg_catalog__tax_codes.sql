with

source as (

    select * from {{ source('catalog', 'tax_codes') }}

),

renamed as (

    select
        tax_code,
        kind,
        name_ja,
        name_en,
        default_from,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
