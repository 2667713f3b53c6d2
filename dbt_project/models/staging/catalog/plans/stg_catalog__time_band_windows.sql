with

source as (

    select * from {{ source('catalog', 'time_band_windows') }}

),

renamed as (

    select
        time_bands,
        month,
        coalesce(from_day, 1) as from_day,
        coalesce(until_day, 32) as until_day,
        day_kind,
        from_minute,
        until_minute,
        band,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
