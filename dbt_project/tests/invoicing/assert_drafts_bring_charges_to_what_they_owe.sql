-- Fails if what was billed and what the drafts bring do not add up to what a gathered charge owes.
with

lines as (

    select
        charge_id,
        sum(line_amount) as line_amount,
    from {{ ref('draft_invoice_lines') }}
    where reason <> 'void'
    group by all

)

select
    charges.charge_id,
    charges.owed_amount,
    charges.billed_amount,
    lines.line_amount,
from {{ ref('charges') }} as charges
left join lines on charges.charge_id = lines.charge_id
where
    charges.billed_amount + coalesce(lines.line_amount, 0)
    <> if(charges.line_state = 'gathered', charges.owed_amount, charges.billed_amount)
