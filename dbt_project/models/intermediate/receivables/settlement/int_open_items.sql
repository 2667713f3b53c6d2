with

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

put_to_documents as (

    select
        document_id,
        sum(amount) as applied_amount,
    from allocations
    group by document_id

),

taken_from_credit_notes as (

    select
        payment_id as document_id,
        sum(amount) as credited_amount,
    from allocations
    where kind = 'credit'
    group by payment_id

),

{# An invoice is open by what nobody has put to it; a credit note by what it has not yet given away, as a negative
   amount. #}
opened as (

    select
        documents.document_id,
        documents.document_number,
        documents.document_type,
        documents.entity_id,
        documents.owed_by_customer_id as customer_id,
        documents.customer_id as issued_to_customer_id,
        documents.currency,
        documents.invoice_date,
        documents.due_date,
        documents.total_amount,
        cast(coalesce(put_to_documents.applied_amount, 0) as decimal(20, 4)) as applied_amount,
        cast(coalesce(taken_from_credit_notes.credited_amount, 0) as decimal(20, 4)) as credited_amount,
        cast(
            documents.total_amount - coalesce(put_to_documents.applied_amount, 0)
            + coalesce(taken_from_credit_notes.credited_amount, 0) as decimal(20, 4)
        ) as open_amount,
    from documents
    left join put_to_documents on documents.document_id = put_to_documents.document_id
    left join taken_from_credit_notes on documents.document_id = taken_from_credit_notes.document_id

)

select * from opened
