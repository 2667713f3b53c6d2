with

source as (

    select * from {{ source('catalog', 'fees') }}

),

renamed as (

    select
        plan_id,
        fee_id,
        fee_no,
        kind,
        timing,
        model,
        meter,
        tax_code,
        name_ja,
        name_en,
        unit_ja,
        unit_en,
        dimensions,
        interval_every,
        interval_unit,
        until,
        is_optional,
        coalesce(filter, '{}') as filter,
        coalesce(is_additive, false) as is_additive,
        rounding_mode,
        rounding_step,
        allowance,
        allowance_periods,
        allowance_cap,
        allowance_shared,
        part_period,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
