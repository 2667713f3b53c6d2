-- A draft bills a charge in one line, and credits an original line in one; what is called a first bill was not billed before.
with

lines as (

    select
        document_id,
        charge_id,
        original_line_id,
        count(*) as line_count,
        bool_or(reason = 'charge') as is_first_bill,
    from {{ ref('int_invoice_lines_taxed') }}
    group by document_id, charge_id, original_line_id

),

broken as (

    select distinct lines.document_id
    from lines
    left join {{ ref('int_charges_billed') }} as billed on lines.charge_id = billed.charge_id
    where lines.line_count > 1 or (lines.is_first_bill and billed.billed_amount <> 0)

)

select
    'no_charge_is_billed_twice_in_one_document' as claim,
    documents.customer_id,
    '' as contract_id,
    '' as charge_id,
    documents.document_id,
    documents.total_amount as amount,
    documents.currency,
from broken
inner join {{ ref('int_documents_totalled') }} as documents on broken.document_id = documents.document_id
