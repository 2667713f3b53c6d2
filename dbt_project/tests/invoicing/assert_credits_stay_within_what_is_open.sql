-- Fails if a credit puts more to an issued document than is open, or gives more than its credit note has.
with

proposed as (

    select
        document_id,
        sum(amount) as amount,
    from {{ ref('issue_allocations_to_record') }}
    group by all

),

given as (

    select
        payment_id,
        sum(amount) as amount,
    from {{ ref('issue_allocations_to_record') }}
    where rule = 'credit_note'
    group by all

)

select
    invoices.document_id,
    invoices.open_amount,
    proposed.amount,
from {{ ref('invoices') }} as invoices
inner join proposed on invoices.document_id = proposed.document_id
where invoices.open_amount < proposed.amount
union all
select
    drafts.document_id,
    drafts.total_amount,
    given.amount,
from {{ ref('draft_invoices') }} as drafts
inner join given on drafts.document_id = given.payment_id
where -drafts.total_amount < given.amount
