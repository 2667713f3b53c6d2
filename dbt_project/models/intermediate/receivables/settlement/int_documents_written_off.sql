with

decisions as (

    select * from {{ ref('int_payment_decisions_judged') }}
    where kind = 'write_off' and is_pending

),

documents as (

    select * from {{ ref('int_open_items') }}

),

applied as (

    select * from {{ ref('int_deposits_matched_by_decision') }}

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
    inner join documents on decisions.document_id = documents.document_id
    left join applied on documents.document_id = applied.document_id
    where applied.document_id is null
    qualify row_number() over (partition by documents.document_id order by decisions.decision_no) = 1

)

select * from written_off
