with

recorded as (

    select * from {{ ref('stg_ledger__allocations') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

named as (

    select
        recorded.allocation_id,
        recorded.payment_id,
        recorded.document_id,
        documents.document_number,
        documents.customer_id,
        recorded.amount,
        recorded.currency,
        recorded.kind,
        recorded.rule,
        recorded.confidence,
        recorded.reason,
        recorded.allocated_on,
        recorded.reverses_allocation_id,
        recorded.decision_id,
    from recorded
    inner join documents on recorded.document_id = documents.document_id

)

select * from named
