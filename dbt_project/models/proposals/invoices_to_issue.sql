with

int_documents_totalled as (

    select * from {{ ref('int_documents_totalled') }}

),

int_documents_numbered as (

    select * from {{ ref('int_documents_numbered') }}

),

int_invoice_print_data as (

    select * from {{ ref('int_invoice_print_data') }}

),

int_document_contents as (

    select * from {{ ref('int_document_contents') }}

),

to_issue as (

    select
        documents.document_id,
        numbers.document_number,
        documents.document_type,
        numbers.number_series,
        numbers.number_seq,
        documents.entity_id,
        documents.customer_id,
        documents.currency,
        documents.bill_on,
        documents.group_key,
        documents.group_seq,
        documents.price_basis,
        documents.invoice_date,
        documents.due_date,
        documents.net_amount,
        documents.tax_amount,
        documents.total_amount,
        contents.content_hash,
        documents.voids_document_id,
        snapshots.snapshot,
    from int_documents_totalled as documents
    inner join int_documents_numbered as numbers on documents.document_id = numbers.document_id
    inner join int_document_contents as contents on documents.document_id = contents.document_id
    inner join int_invoice_print_data as snapshots on documents.document_id = snapshots.document_id
    where numbers.hold_reason is null

)

select * from to_issue
