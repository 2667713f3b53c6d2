with

source as (

    select * from {{ source('ledger', 'documents') }}

),

renamed as (

    select
        document_id,
        document_number,
        document_type,
        number_series,
        number_seq,
        entity_id,
        customer_id,
        currency,
        bill_on,
        group_key,
        group_seq,
        price_basis,
        invoice_date,
        due_date,
        net_amount,
        tax_amount,
        total_amount,
        content_hash,
        voids_document_id,
        snapshot,
        commit_sequence,
        recorded_at,
    from source
    where recorded_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
