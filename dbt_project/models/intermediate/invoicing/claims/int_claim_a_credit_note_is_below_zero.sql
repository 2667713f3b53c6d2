-- A draft is a credit note where it is below zero, and else an invoice.
select
    'a_credit_note_is_below_zero' as claim,
    documents.customer_id,
    '' as contract_id,
    '' as charge_id,
    documents.document_id,
    documents.total_amount as amount,
    documents.currency,
from {{ ref('int_documents_totalled') }} as documents
where (documents.document_type = 'credit_note') is distinct from (documents.total_amount < 0)
