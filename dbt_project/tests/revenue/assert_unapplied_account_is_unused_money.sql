-- Fails if, over all entities, the unapplied account at a close is not money received less cash put to documents by
-- then.
with

postings as (

    select * from {{ ref('int_trial_balance') }}

),

payments as (

    select * from {{ ref('payments') }}

),

allocations as (

    select * from {{ ref('allocations') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

closing as (

    select min(month) as month
    from (select max(month) as month from {{ ref('int_months_to_close') }} group by entity_id)

),

united as (

    select currency, signed_amount as difference from postings
    where roles = ['unapplied_receipts']
    union all
    select payments.currency, payments.amount
    from payments
    inner join closing on payments.deposit_date <= last_day(closing.month)
    union all
    select allocations.currency, -allocations.amount
    from allocations
    inner join documents on allocations.document_id = documents.document_id
    left join payments on allocations.payment_id = payments.payment_id
    inner join closing
        on greatest(allocations.allocated_on, documents.invoice_date, payments.deposit_date) <= last_day(closing.month)
    where allocations.kind = 'cash'

)

select
    currency,
    sum(difference) as difference,
from united
where
    (select count(*) from closing where closing.month is not null) = 1
    and {{ stands_alone('unapplied_receipts', ref('int_posting_accounts')) }}
group by currency
having sum(difference) <> 0
