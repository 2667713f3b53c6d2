with

source as (

    select * from {{ source('crm', 'one_off_charges') }}

),

renamed as (

    select
        charge_id,
        customer_id,
        charged_on,
        amount,
        currency,
        contract_id,
        description,
        tax_code,
        department,
        credit_amount,
        credit_until,
        credit_priority,
        credit_plan_id,
        credit_fee_id,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
