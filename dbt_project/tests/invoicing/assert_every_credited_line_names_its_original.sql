-- Fails if a line below zero, issued or draft, names no original line (a one-off charge may be below zero by itself, a draw of credits is).
with

lines as (

    select
        document_id,
        line_no,
        charge_id,
        original_line_id,
        fee_id,
        reason,
        line_amount,
    from {{ ref('invoice_lines') }}
    union all
    select
        document_id,
        line_no,
        charge_id,
        original_line_id,
        fee_id,
        reason,
        line_amount,
    from {{ ref('draft_invoice_lines') }}

)

select *
from lines
where line_amount < 0 and original_line_id is null and not (fee_id = 'one_off' and reason = 'charge') and fee_id <> 'credits'
