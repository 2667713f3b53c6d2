-- Fails if one document, issued or draft, bills a charge in two lines, or credits one original line twice.
with

lines as (

    select
        document_id,
        charge_id,
        original_line_id,
    from {{ ref('invoice_lines') }}
    union all
    select
        document_id,
        charge_id,
        original_line_id,
    from {{ ref('draft_invoice_lines') }}
    where hold_reason is distinct from 'in_doubt'

)

select
    document_id,
    charge_id,
    original_line_id,
    count(*) as line_count,
from lines
group by all
having count(*) > 1
