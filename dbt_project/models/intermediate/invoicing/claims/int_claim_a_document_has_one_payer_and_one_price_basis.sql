-- The lines of a draft have the payer, the currency and the price basis of their document.
with

broken as (

    select distinct lines.document_id
    from {{ ref('int_invoice_lines_taxed') }} as lines
    inner join {{ ref('int_documents_drafted') }} as documents on lines.document_id = documents.document_id
    where
        (lines.customer_id, lines.currency, lines.price_basis)
        is distinct from (documents.customer_id, documents.currency, documents.price_basis)

)

select
    'a_document_has_one_payer_and_one_price_basis' as claim,
    documents.customer_id,
    '' as contract_id,
    '' as charge_id,
    documents.document_id,
    documents.total_amount as amount,
    documents.currency,
from broken
inner join {{ ref('int_documents_totalled') }} as documents on broken.document_id = documents.document_id
