-- Fails if a line, issued or draft, is credited by more than its own amount.
with

lines as (

    select
        line_id,
        original_line_id,
        line_amount,
    from {{ ref('invoice_lines') }}
    union all
    select
        line_id,
        original_line_id,
        line_amount,
    from {{ ref('draft_invoice_lines') }}
    where hold_reason is distinct from 'in_doubt'

),

movements as (

    select
        original_line_id,
        sum(line_amount) as line_amount,
    from lines
    where original_line_id is not null
    group by all

)

select
    movements.original_line_id,
    lines.line_amount,
    movements.line_amount as credited_amount,
from movements
left join lines on movements.original_line_id = lines.line_id
where
    lines.line_id is null
    or lines.line_amount * movements.line_amount > 0
    or abs(movements.line_amount) > abs(lines.line_amount)
