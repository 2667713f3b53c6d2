-- Fails if the taxes per rate of a document, issued or proposed, are not the sums of its lines, rate by rate.
with

taxes as (

    select
        document_id,
        tax_code,
        tax_rate,
        net_amount,
        tax_amount,
    from {{ ref('invoice_taxes') }}
    union all
    select
        document_id,
        tax_code,
        tax_rate,
        net_amount,
        tax_amount,
    from {{ ref('invoice_taxes_to_issue') }}

),

lines as (

    select
        document_id,
        tax_code,
        tax_rate,
        net_amount,
        tax_amount,
    from {{ ref('invoice_lines') }}
    union all
    select
        document_id,
        tax_code,
        tax_rate,
        net_amount,
        tax_amount,
    from {{ ref('invoice_lines_to_issue') }}

),

sums as (

    select
        document_id,
        tax_code,
        tax_rate,
        sum(net_amount) as net_amount,
        sum(tax_amount) as tax_amount,
    from lines
    group by all

)

select
    coalesce(taxes.document_id, sums.document_id) as document_id,
    coalesce(taxes.tax_rate, sums.tax_rate) as tax_rate,
    taxes.tax_amount,
    sums.tax_amount as tax_of_lines,
from taxes
full outer join sums
    on
        taxes.document_id = sums.document_id
        and taxes.tax_code = sums.tax_code
        and taxes.tax_rate = sums.tax_rate
where taxes.net_amount is distinct from sums.net_amount or taxes.tax_amount is distinct from sums.tax_amount
