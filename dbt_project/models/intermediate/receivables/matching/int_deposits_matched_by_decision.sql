with

decisions as (

    select * from {{ ref('int_payment_decisions_judged') }} where is_pending

),

deposits as (

    select * from {{ ref('int_deposits_resolved') }}

),

documents as (

    select * from {{ ref('int_open_items') }}

),

{# One decision for each document and pass; a second one finds what the first has left, in the next pass. #}
waiting as (

    select
        decisions.decision_id,
        decisions.decision_no,
        decisions.decided_by,
        deposits.payment_id,
        documents.document_id,
        deposits.currency,
        deposits.unapplied_amount,
        least(coalesce(decisions.amount, deposits.unapplied_amount), documents.open_amount) as wanted_amount,
    from decisions
    inner join deposits on decisions.payment_id = deposits.payment_id
    inner join documents on decisions.document_id = documents.document_id
    where decisions.kind = 'apply'
    qualify row_number() over (partition by documents.document_id order by decisions.decision_no) = 1

),

shared as (

    select
        *,
        unapplied_amount - coalesce(
            sum(wanted_amount) over (
                partition by payment_id
                order by decision_no
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as left_amount,
    from waiting

),

applied as (

    select
        payment_id,
        document_id,
        least(wanted_amount, left_amount) as amount,
        currency,
        'cash' as kind,
        decided_by,
        decision_id,
    from shared
    where least(wanted_amount, left_amount) > 0

),

written_off as (

    select
        '' as payment_id,
        documents.document_id,
        least(coalesce(decisions.amount, documents.open_amount), documents.open_amount) as amount,
        documents.currency,
        'write_off' as kind,
        decisions.decided_by,
        decisions.decision_id,
    from decisions
    inner join documents on decisions.document_id = documents.document_id
    where decisions.kind = 'write_off' and documents.document_id not in (select applied.document_id from applied)
    qualify row_number() over (partition by documents.document_id order by decisions.decision_no) = 1

),

united as (

    select * from applied
    union all
    select * from written_off

)

select
    payment_id,
    document_id,
    cast(amount as decimal(20, 4)) as amount,
    currency,
    kind,
    'decision' as rule,
    decided_by as caused_by,
    decision_id,
from united
