with

source as (

    select * from {{ source('catalog', 'bank_fee_amounts') }}

),

renamed as (

    select
        entity_id,
        currency,
        amount,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
