-- Fails if, at a close, the receivable account is not the sum of what documents have open at the end of the month. Of
-- an account that stands for other roles too, nobody can tell whose its balance is.
with

postings as (

    select * from {{ ref('int_trial_balance') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

deposits as (

    select * from {{ ref('stg_payments__deposits') }}

),

closing as (

    select
        entity_id,
        max(month) as month,
    from {{ ref('int_months_to_close') }}
    group by entity_id

),

put_to_documents as (

    select
        allocations.document_id,
        sum(allocations.amount) as amount,
    from allocations
    inner join documents on allocations.document_id = documents.document_id
    inner join closing on documents.entity_id = closing.entity_id
    left join deposits on allocations.payment_id = deposits.payment_id
    where
        allocations.kind <> 'credit'
        and greatest(allocations.allocated_on, coalesce(deposits.booked_on, allocations.allocated_on))
        <= last_day(closing.month)
    group by allocations.document_id

),

open_documents as (

    select
        documents.entity_id,
        documents.currency,
        sum(documents.total_amount - coalesce(put_to_documents.amount, 0)) as amount,
    from documents
    inner join closing on documents.entity_id = closing.entity_id and documents.posted_from <= last_day(closing.month)
    left join put_to_documents on documents.document_id = put_to_documents.document_id
    group by documents.entity_id, documents.currency

),

booked as (

    select * from postings
    where roles = ['receivable']

)

select
    coalesce(booked.entity_id, open_documents.entity_id) as entity_id,
    coalesce(booked.currency, open_documents.currency) as currency,
    booked.signed_amount as booked_amount,
    open_documents.amount as open_amount,
from booked
full join open_documents on booked.entity_id = open_documents.entity_id and booked.currency = open_documents.currency
where
    coalesce(booked.signed_amount, 0) <> coalesce(open_documents.amount, 0)
    and {{ stands_alone('receivable', ref('int_posting_accounts')) }}
