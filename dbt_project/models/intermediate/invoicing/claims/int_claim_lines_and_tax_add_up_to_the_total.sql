-- The lines of a draft add up to its net, tax and total, and there are lines.
with

sums as (

    select
        document_id,
        sum(net_amount) as net_amount,
        sum(tax_amount) as tax_amount,
    from {{ ref('int_invoice_lines_taxed') }}
    group by document_id

)

select
    'lines_and_tax_add_up_to_the_total' as claim,
    documents.customer_id,
    '' as contract_id,
    '' as charge_id,
    documents.document_id,
    documents.total_amount as amount,
    documents.currency,
from {{ ref('int_documents_totalled') }} as documents
left join sums on documents.document_id = sums.document_id
where
    documents.net_amount is distinct from sums.net_amount
    or documents.tax_amount is distinct from sums.tax_amount
    or documents.total_amount is distinct from sums.net_amount + sums.tax_amount
