with

source as (

    select * from {{ source('catalog', 'fee_prices') }}

),

renamed as (

    select
        plan_id,
        fee_id,
        currency,
        valid_from,
        price_no,
        dimension_values,
        unit_price,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
