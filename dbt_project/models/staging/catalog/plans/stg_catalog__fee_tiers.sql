with

source as (

    select * from {{ source('catalog', 'fee_tiers') }}

),

renamed as (

    select
        plan_id,
        fee_id,
        currency,
        valid_from,
        tier_no,
        from_quantity,
        up_to,
        unit_price,
        flat_amount,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
