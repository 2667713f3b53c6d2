-- No line is credited by more than stands of it.
with

movements as (

    select
        original_line_id,
        sum(line_amount) as line_amount,
    from {{ ref('int_invoice_lines_taxed') }}
    where original_line_id is not null
    group by original_line_id

),

beyond as (

    select movements.original_line_id
    from movements
    left join {{ ref('int_invoice_lines_uncredited') }} as standing on movements.original_line_id = standing.line_id
    where
        standing.line_id is null
        or standing.line_amount * (movements.line_amount + standing.remaining_amount - standing.line_amount) > 0
        or abs(movements.line_amount + standing.remaining_amount - standing.line_amount) > abs(standing.line_amount)

),

broken as (

    select distinct lines.document_id
    from {{ ref('int_invoice_lines_taxed') }} as lines
    inner join beyond on lines.original_line_id = beyond.original_line_id

)

select
    'no_line_is_credited_beyond_itself' as claim,
    documents.customer_id,
    '' as contract_id,
    '' as charge_id,
    documents.document_id,
    documents.total_amount as amount,
    documents.currency,
from broken
inner join {{ ref('int_documents_totalled') }} as documents on broken.document_id = documents.document_id
