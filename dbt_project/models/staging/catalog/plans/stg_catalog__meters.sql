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
        aggregation = 'time_weighted_sum' or coalesce(is_carried_over, false) as is_level,
        aggregation in ('max', 'unique_count', 'latest') or coalesce(is_carried_over, false) as has_one_quantity,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
