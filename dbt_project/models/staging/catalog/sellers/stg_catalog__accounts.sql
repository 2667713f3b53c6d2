with

source as (

    select * from {{ source('catalog', 'accounts') }}

),

renamed as (

    select
        role,
        account,
        name_ja,
        name_en,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
