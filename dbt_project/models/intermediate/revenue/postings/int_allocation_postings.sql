with

allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

deposits as (

    select * from {{ ref('stg_payments__deposits') }}

),

{# Cash moves from unapplied receipts, the fee and the loss from their expense. A credit moves nothing: the credit note
   has already stood against the receivable since it was issued. Never before the invoice or the money itself. #}
dated as (

    select
        allocations.allocation_id,
        documents.entity_id,
        allocations.currency,
        allocations.amount,
        case allocations.kind
            when 'cash' then 'unapplied_receipts'
            when 'bank_fee' then 'bank_fees'
            when 'write_off' then 'bad_debt'
        end as role,
        greatest(allocations.allocated_on, documents.posted_from, coalesce(deposits.booked_on, documents.posted_from))
            as posted_from,
    from allocations
    inner join documents on allocations.document_id = documents.document_id
    left join deposits on allocations.payment_id = deposits.payment_id
    where allocations.kind <> 'credit'

),

derived as (

    select allocation_id, entity_id, currency, role, posted_from, amount as signed_amount from dated
    union all
    select allocation_id, entity_id, currency, 'receivable', posted_from, -amount from dated

),

named as (

    select
        'allocation' as source_type,
        allocation_id as source_id,
        entity_id,
        cast(date_trunc('month', posted_from) as date) as event_month,
        role,
        '' as product,
        '' as department,
        currency,
        cast(signed_amount as decimal(20, 4)) as signed_amount,
    from derived
    where signed_amount <> 0

)

select * from named
