with

int_documents_recorded as (

    select * from {{ ref('int_documents_recorded') }}

),

stg_ledger__allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

{# What was put to a document. #}
received as (

    select
        document_id,
        sum(amount) as allocated_amount,
        sum(amount) filter (where kind in ('cash', 'bank_fee')) as paid_amount,
        sum(amount) filter (where kind = 'credit') as credited_amount,
        sum(amount) filter (where kind = 'write_off') as written_off_amount,
    from stg_ledger__allocations
    group by all

),

{# What a credit note gave to documents: its own total goes towards zero. #}
given as (

    select
        payment_id as document_id,
        sum(amount) as given_amount,
    from stg_ledger__allocations
    where kind = 'credit'
    group by all

),

settled as (

    select
        documents.* exclude (owed_by_customer_id) replace (documents.owed_by_customer_id as customer_id),
        documents.customer_id as issued_to_customer_id,
        cast(coalesce(received.paid_amount, 0) as decimal(20, 4)) as paid_amount,
        cast(coalesce(received.credited_amount, 0) - coalesce(given.given_amount, 0) as decimal(20, 4))
            as credited_amount,
        cast(coalesce(received.written_off_amount, 0) as decimal(20, 4)) as written_off_amount,
        cast(
            documents.total_amount
            - coalesce(received.allocated_amount, 0)
            + coalesce(given.given_amount, 0) as decimal(20, 4)
        ) as open_amount,
    from int_documents_recorded as documents
    left join received on documents.document_id = received.document_id
    left join given on documents.document_id = given.document_id

)

select * from settled
