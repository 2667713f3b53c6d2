with

source as (

    select * from {{ source('catalog', 'discounts') }}

),

renamed as (

    select
        discount_id,
        discount_no,
        name_ja,
        name_en,
        percent,
        amount,
        currency,
        plan_id,
        fee_id,
        is_coupon,
        valid_from,
        valid_until,
        periods,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
