with

quotes as (

    select * from {{ ref('quotes') }}

),

contracts as (

    select * from {{ ref('contracts') }}

),

invoices as (

    select * from {{ ref('invoices') }}

),

united as (

    select
        customer_id,
        quoted_on as happened_on,
        'quote' as kind,
        quote_id as subject_id,
        status,
        total_amount as amount,
        currency,
    from quotes
    union all
    select customer_id, coalesce(signed_on, service_from), 'contract', contract_id, status, null, currency,
    from contracts
    union all
    select customer_id, invoice_date, document_type, document_number, status, total_amount, currency,
    from invoices

)

select * from united
