with

source as (

    select * from {{ source('catalog', 'meters') }}

),

renamed as (

    select
        meter,
        event_type,
        aggregation,
        field,
        price_field,
        dimensions,
        time_bands,
        level_per,
        reports,
        coalesce(is_carried_over, false) as is_carried_over,
        aggregation in (select kinds.aggregation from {{ ref('aggregations') }} as kinds where kinds.is_level)
        or coalesce(is_carried_over, false) as is_level,
        aggregation in (select kinds.aggregation from {{ ref('aggregations') }} as kinds where kinds.has_one_quantity)
        or coalesce(is_carried_over, false) as has_one_quantity,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
