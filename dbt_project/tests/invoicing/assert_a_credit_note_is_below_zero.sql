-- Fails if a credit note, issued or draft, is not below zero, or an invoice is.
with

documents as (

    select
        document_id,
        document_type,
        total_amount,
    from {{ ref('invoices') }}
    union all
    select
        document_id,
        document_type,
        total_amount,
    from {{ ref('draft_invoices') }}
    where hold_reason is distinct from 'in_doubt'

)

select *
from documents
where (document_type = 'credit_note') <> (total_amount < 0)
