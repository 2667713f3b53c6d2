with

source as (

    select * from {{ source('crm', 'opening_deferrals') }}

),

renamed as (

    select
        deferral_id,
        customer_id,
        period_from,
        period_until,
        amount,
        currency,
        contract_id,
        plan_id,
        fee_id,
        product,
        department,
        entity_id,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
