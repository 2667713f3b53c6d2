with

documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

{# A credit note's amounts are negative, so the same lines turn their sides. #}
derived as (

    select entity_id, document_id, invoice_date, currency, 'receivable' as role, total_amount as signed_amount
    from documents
    union all
    select entity_id, document_id, invoice_date, currency, 'deferred_revenue', -net_amount from documents
    union all
    select entity_id, document_id, invoice_date, currency, 'tax_payable', -tax_amount from documents

),

named as (

    select
        'document' as source_type,
        document_id as source_id,
        entity_id,
        cast(date_trunc('month', invoice_date) as date) as event_month,
        role,
        '' as product,
        '' as department,
        currency,
        signed_amount,
    from derived
    where signed_amount != 0

)

select * from named
