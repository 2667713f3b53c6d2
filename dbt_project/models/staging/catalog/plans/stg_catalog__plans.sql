with

source as (

    select * from {{ source('catalog', 'plans') }}

),

renamed as (

    select
        plan_id,
        name_ja,
        name_en,
        product,
        department,
        entity_id,
        currency,
        currencies,
        interval_every,
        interval_unit,
        anchor,
        trial_days,
        proration,
        price_basis,
        coalesce(lead_days, 0) as lead_days,
        grace_days,
        adjustments,
        coalesce(usage_in_pause, 'bill') as usage_in_pause,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
