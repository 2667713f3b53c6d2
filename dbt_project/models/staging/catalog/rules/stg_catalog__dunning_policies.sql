with

source as (

    select * from {{ source('catalog', 'dunning_policies') }}

),

renamed as (

    select
        policy_id,
        minimum_open_amount,
        minimum_open_amounts,
        days_between,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
