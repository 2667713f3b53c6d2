with

deposits as (

    select * from {{ ref('int_deposits_judged') }} where is_received

),

allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

days_of_deposits as (

    select payment_id, booked_on, from {{ ref('stg_payments__deposits') }}

),

{# Cash moves from unapplied receipts, the fee and the loss from their expense. A credit moves nothing: the credit note
   has already stood against the receivable since it was issued. Never before the invoice or the money itself. #}
applied as (

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
        greatest(
            allocations.allocated_on,
            documents.posted_from,
            coalesce(days_of_deposits.booked_on, documents.posted_from)
        ) as posted_from,
    from allocations
    inner join documents on allocations.document_id = documents.document_id
    left join days_of_deposits on allocations.payment_id = days_of_deposits.payment_id
    where allocations.kind <> 'credit'

),

{# Money belongs to the seller whose bank account received it. #}
derived as (

    select
        'deposit' as source_type,
        payment_id as source_id,
        entity_id,
        booked_on as posted_from,
        currency,
        unnest(['bank', 'unapplied_receipts']) as role,
        unnest([signed_amount, -signed_amount]) as signed_amount,
    from deposits

    union all

    select
        'allocation',
        allocation_id,
        entity_id,
        posted_from,
        currency,
        unnest([role, 'receivable']),
        unnest([amount, -amount]),
    from applied

),

named as (

    select
        source_type,
        source_id,
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
