-- The taxes per rate of a draft are the sums of its lines, rate by rate.
with

sums as (

    select
        document_id,
        tax_code,
        tax_rate,
        sum(net_amount) as net_amount,
        sum(tax_amount) as tax_amount,
    from {{ ref('int_invoice_lines_taxed') }}
    group by all

),

broken as (

    select distinct document_id
    from {{ ref('int_document_taxes') }} as taxes
    full outer join sums using (document_id, tax_code, tax_rate)
    where taxes.net_amount is distinct from sums.net_amount or taxes.tax_amount is distinct from sums.tax_amount

)

select
    'taxes_per_rate_add_up_to_the_document' as claim,
    documents.customer_id,
    '' as contract_id,
    '' as charge_id,
    documents.document_id,
    documents.total_amount as amount,
    documents.currency,
from broken
inner join {{ ref('int_documents_totalled') }} as documents on broken.document_id = documents.document_id
