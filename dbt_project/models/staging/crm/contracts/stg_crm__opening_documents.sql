with

source as (

    select * from {{ source('crm', 'opening_documents') }}

),

renamed as (

    select
        document_number,
        customer_id,
        invoice_date,
        due_date,
        amount,
        tax_amount,
        currency,
        entity_id,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
