-- Fails if a line, issued or draft, has another payer, currency or price basis than its document.
with

documents as (

    select
        document_id,
        customer_id,
        currency,
        price_basis,
    from {{ ref('invoices') }}
    union all
    select
        document_id,
        customer_id,
        currency,
        price_basis,
    from {{ ref('draft_invoices') }}
    where hold_reason is distinct from 'in_doubt'

),

lines as (

    select
        document_id,
        line_id,
        customer_id,
        currency,
        price_basis,
    from {{ ref('invoice_lines') }}
    union all
    select
        document_id,
        line_id,
        customer_id,
        currency,
        price_basis,
    from {{ ref('draft_invoice_lines') }}
    where hold_reason is distinct from 'in_doubt'

)

select lines.*
from lines
inner join documents on lines.document_id = documents.document_id
where
    (lines.customer_id, lines.currency, lines.price_basis)
    is distinct from (documents.customer_id, documents.currency, documents.price_basis)
