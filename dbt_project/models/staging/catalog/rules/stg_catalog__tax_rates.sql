with

source as (

    select * from {{ source('catalog', 'tax_rates') }}

),

renamed as (

    select
        tax_code,
        valid_from,
        rate,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
