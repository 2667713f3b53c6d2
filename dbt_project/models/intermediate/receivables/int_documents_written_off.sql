with

decisions as (

    select * from {{ ref('stg_decisions__decisions') }}

),

allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

documents as (

    select * from {{ ref('int_documents_opened') }}

),

applied as (

    select * from {{ ref('int_deposits_matched_by_decision') }}

),

done as (

    select distinct decision_id from allocations where decision_id != ''

),

written_off as (

    select
        '' as payment_id,
        documents.document_id,
        cast(
            least(coalesce(decisions.amount, documents.open_amount), documents.open_amount) as decimal(20, 4)
        ) as amount,
        documents.currency,
        'write_off' as kind,
        'decision' as rule,
        cast(1.00 as decimal(3, 2)) as confidence,
        'decided by ' || decisions.decided_by as reason,
        decisions.decision_id,
        '' as reverses_allocation_id,
    from decisions
    inner join documents on decisions.document_id in (documents.document_id, documents.document_number)
    left join done on decisions.decision_id = done.decision_id
    left join applied on documents.document_id = applied.document_id
    where
        decisions.kind = 'write_off'
        and coalesce(decisions.amount, documents.open_amount) > 0
        and documents.open_amount > 0
        and documents.document_type = 'invoice'
        and done.decision_id is null
        and applied.document_id is null
    qualify
        row_number() over (
            partition by documents.document_id
            order by decisions.decided_at, decisions.received_at, decisions.decision_id
        ) = 1

)

select * from written_off
