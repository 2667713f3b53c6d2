with

int_credit_notes_allocated as (

    select * from {{ ref('int_credit_notes_allocated') }}

),

int_allocations_reversed as (

    select * from {{ ref('int_allocations_reversed') }}

),

int_documents_numbered as (

    select * from {{ ref('int_documents_numbered') }}

),

int_documents_totalled as (

    select * from {{ ref('int_documents_totalled') }}

),

int_void_decisions_resolved as (

    select * from {{ ref('int_void_decisions_resolved') }}

),

proposed as (

    select
        *,
        payment_id as void_document_id,
    from int_credit_notes_allocated
    union all by name
    select * from int_allocations_reversed

),

void_decisions as (

    select
        documents.document_id as void_document_id,
        voids.decision_id,
    from int_documents_totalled as documents
    inner join int_void_decisions_resolved as voids on documents.voids_document_id = voids.document_id
    where voids.is_pending

),

to_record as (

    select
        proposed.allocation_id,
        proposed.payment_id,
        proposed.document_id,
        proposed.amount,
        proposed.currency,
        proposed.kind,
        proposed.rule,
        proposed.confidence,
        proposed.reason,
        proposed.allocated_on,
        proposed.reverses_allocation_id,
        void_decisions.decision_id,
    from proposed
    semi join (from int_documents_numbered where hold_reason is null) as numbers
        on proposed.void_document_id = numbers.document_id
    left join void_decisions on proposed.void_document_id = void_decisions.void_document_id

)

select * from to_record
