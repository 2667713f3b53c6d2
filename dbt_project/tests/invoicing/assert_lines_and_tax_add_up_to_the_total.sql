-- Fails if the lines of a document, issued or draft, do not add up to its net, tax and total.
with

documents as (

    select
        document_id,
        net_amount,
        tax_amount,
        total_amount,
    from {{ ref('invoices') }}
    where not is_opening
    union all
    select
        document_id,
        net_amount,
        tax_amount,
        total_amount,
    from {{ ref('draft_invoices') }}
    where hold_reason is distinct from 'in_doubt'

),

lines as (

    select
        document_id,
        net_amount,
        tax_amount,
    from {{ ref('invoice_lines') }}
    union all
    select
        document_id,
        net_amount,
        tax_amount,
    from {{ ref('draft_invoice_lines') }}
    where hold_reason is distinct from 'in_doubt'

),

sums as (

    select
        document_id,
        sum(net_amount) as net_amount,
        sum(tax_amount) as tax_amount,
    from lines
    group by all

)

select
    documents.*,
    sums.net_amount as net_of_lines,
    sums.tax_amount as tax_of_lines,
from documents
full outer join sums on documents.document_id = sums.document_id
where
    documents.net_amount is distinct from sums.net_amount
    or documents.tax_amount is distinct from sums.tax_amount
    or documents.total_amount is distinct from sums.net_amount + sums.tax_amount
