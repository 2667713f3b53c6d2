with

source as (

    select * from {{ source('catalog', 'dunning_steps') }}

),

renamed as (

    select
        policy_id,
        step,
        days_after_due,
        action,
        template,
        catalog_version,
        received_at,
    from source
    where {{ in_newest_catalog() }}

)

select * from renamed
