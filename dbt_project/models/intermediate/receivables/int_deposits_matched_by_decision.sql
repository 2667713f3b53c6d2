with

decisions as (

    select * from {{ ref('stg_decisions__decisions') }}

),

allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

deposits as (

    select * from {{ ref('int_deposits_resolved') }}

),

documents as (

    select * from {{ ref('int_documents_opened') }}

),

done as (

    select distinct decision_id from allocations where decision_id != ''

),

{# One decision for each document and pass; a second one finds what the first has left, in the next pass. #}
waiting as (

    select
        decisions.decision_id,
        decisions.decided_by,
        decisions.received_at,
        decisions.decided_at,
        deposits.payment_id,
        documents.document_id,
        deposits.currency,
        deposits.unapplied_amount,
        least(coalesce(decisions.amount, deposits.unapplied_amount), documents.open_amount) as wanted_amount,
    from decisions
    inner join deposits on decisions.payment_id = deposits.payment_id
    inner join documents on decisions.document_id in (documents.document_id, documents.document_number)
    left join done on decisions.decision_id = done.decision_id
    where
        decisions.kind = 'apply'
        and done.decision_id is null
        and deposits.currency = documents.currency
        and deposits.unapplied_amount > 0
        and documents.open_amount > 0
        and documents.document_type = 'invoice'
    qualify
        row_number() over (
            partition by documents.document_id
            order by decisions.decided_at, decisions.received_at, decisions.decision_id
        ) = 1

),

shared as (

    select
        *,
        unapplied_amount - coalesce(
            sum(wanted_amount) over (
                partition by payment_id
                order by decided_at, received_at, decision_id
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as left_amount,
    from waiting

),

matched as (

    select
        payment_id,
        document_id,
        cast(least(wanted_amount, left_amount) as decimal(20, 4)) as amount,
        currency,
        'cash' as kind,
        'decision' as rule,
        cast(1.00 as decimal(3, 2)) as confidence,
        'decided by ' || decided_by as reason,
        decision_id,
        '' as reverses_allocation_id,
    from shared
    where least(wanted_amount, left_amount) > 0

)

select * from matched
