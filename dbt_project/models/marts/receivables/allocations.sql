with

recorded as (

    select * from {{ ref('stg_ledger__allocations') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

rules as (

    select * from {{ ref('matching_rules') }}

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
        case recorded.kind
            when 'credit' then 'credit_note'
            when 'write_off' then 'decision'
            else 'payment'
        end as source_type,
        if(recorded.kind = 'write_off', recorded.decision_id, recorded.payment_id) as source_id,
        rules.meaning_ja,
    from recorded
    inner join documents on recorded.document_id = documents.document_id
    left join rules on recorded.rule = rules.rule

)

select * from named
