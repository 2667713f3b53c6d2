with

source as (

    select * from {{ source('catalog', 'discounts') }}

),

renamed as (

    select
        discount_id,
        name_ja,
        name_en,
        percent,
        amount,
        currency,
        plan_id,
        fee_id,
        valid_from,
        valid_until,
        periods,
        catalog_version,
        received_at,
    from source
    where {{ in_known_catalogs() }}

)

select * from renamed
