with

source as (

    select * from {{ source('catalog', 'payment_terms') }}

),

renamed as (

    select
        payment_terms_id,
        closing_day,
        month_offset,
        pay_day,
        net_days,
        roll,
        calendar_id,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
