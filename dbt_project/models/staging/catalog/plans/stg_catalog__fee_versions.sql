with

source as (

    select * from {{ source('catalog', 'fee_versions') }}

),

renamed as (

    select
        plan_id,
        fee_id,
        currency,
        valid_from,
        applies_to,
        is_mid_period,
        amount,
        unit_price,
        minimum,
        maximum,
        package_size,
        rate,
        fixed_amount,
        free_events,
        free_amount,
        minimum_per_event,
        maximum_per_event,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
