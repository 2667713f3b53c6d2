with

source as (

    select * from {{ source('crm', 'customers') }}

),

renamed as (

    select
        customer_id,
        name,
        name_kana,
        email,
        cc_emails,
        locale,
        country,
        postal_code,
        address,
        phone,
        birth_date,
        gender,
        time_zone,
        entity_id,
        bill_to_customer_id,
        payment_terms,
        tax_status,
        tax_registration_number,
        remitter_code,
        fee_bearer,
        dunning_policy,
        invoice_per,
        department,
        effective_on,
        updated_at,
        payer_key,
        name_key,
        email_problem,
        cc_problem,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
