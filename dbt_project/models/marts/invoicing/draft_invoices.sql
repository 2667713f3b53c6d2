with

int_documents_totalled as (

    select * from {{ ref('int_documents_totalled') }}

),

drafts as (

    select
        document_id,
        document_type,
        entity_id,
        customer_id,
        currency,
        invoice_date,
        due_date,
        net_amount,
        tax_amount,
        total_amount,
        hold_reason,
        content_hash,
        price_basis,
        bill_on,
        group_key,
        group_seq,
        voids_document_id,
        adjusted_amount,
    from int_documents_totalled

)

select * from drafts
