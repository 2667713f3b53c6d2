-- A line below zero names the original line that it takes back. Three need none: a first bill below zero (usage that was taken back, a one-off
-- charge), what takes a charge further below zero, and a draw of credits.
with

lines as (

    select
        *,
        sum(line_amount) over (partition by charge_id) as moved_amount,
    from {{ ref('int_invoice_lines_taxed') }}

),

broken as (

    select distinct lines.document_id
    from lines
    left join {{ ref('int_charges_billed') }} as billed on lines.charge_id = billed.charge_id
    where
        lines.line_amount < 0
        and lines.original_line_id is null
        and lines.reason <> 'charge'
        and lines.fee_id <> 'credits'
        and lines.line_amount < greatest(coalesce(billed.billed_amount, 0) + lines.moved_amount, lines.moved_amount)

)

select
    'every_credited_line_names_its_original' as claim,
    documents.customer_id,
    '' as contract_id,
    '' as charge_id,
    documents.document_id,
    documents.total_amount as amount,
    documents.currency,
from broken
inner join {{ ref('int_documents_totalled') }} as documents on broken.document_id = documents.document_id
