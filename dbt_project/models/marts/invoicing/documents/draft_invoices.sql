with

int_documents_totalled as (

    select * from {{ ref('int_documents_totalled') }}

),

int_documents_numbered as (

    select * from {{ ref('int_documents_numbered') }}

),

int_document_contents as (

    select * from {{ ref('int_document_contents') }}

),

drafts as (

    select
        documents.document_id,
        documents.document_type,
        documents.entity_id,
        documents.customer_id,
        documents.currency,
        documents.invoice_date,
        documents.due_date,
        documents.net_amount,
        documents.tax_amount,
        documents.total_amount,
        judged.hold_reason,
        contents.content_hash,
        documents.price_basis,
        documents.bill_on,
        documents.group_key,
        documents.group_seq,
        documents.voids_document_id,
        documents.adjusted_amount,
    from int_documents_totalled as documents
    inner join int_documents_numbered as judged on documents.document_id = judged.document_id
    inner join int_document_contents as contents on documents.document_id = contents.document_id

)

select * from drafts
