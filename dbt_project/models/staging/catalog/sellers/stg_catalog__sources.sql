with

source as (

    select * from {{ source('catalog', 'sources') }}

),

renamed as (

    select
        source,
        kind,
        format,
        expected_calendar_id,
        expected_bank_days,
        expected_entity_id,
        coalesce(entity_id, expected_entity_id) as entity_id,
        coalesce(is_bank_transaction_id_unique, false) as is_bank_transaction_id_unique,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
