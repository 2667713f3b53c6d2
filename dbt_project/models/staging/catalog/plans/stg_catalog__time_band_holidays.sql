with

source as (

    select * from {{ source('catalog', 'time_band_holidays') }}

),

renamed as (

    select
        time_bands,
        holiday,
        coalesce(day_kind, 'holiday') as day_kind,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
