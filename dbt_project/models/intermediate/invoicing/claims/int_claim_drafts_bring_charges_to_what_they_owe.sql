-- What was billed and what the drafts bring add up to what a gathered charge owes. Where no draft has a line of the charge, none can be held:
-- then no document is named, and the night stops.
with

lines as (

    select
        charge_id,
        sum(line_amount) as line_amount,
    from {{ ref('int_invoice_lines_taxed') }}
    where reason <> 'void'
    group by charge_id

),

broken as (

    select
        charge_id,
        charges.customer_id,
        charges.contract_id,
        charges.difference,
        charges.currency,
    from (from {{ ref('int_billing_adjustments') }} where line_state = 'gathered') as charges
    full outer join lines using (charge_id)
    where coalesce(charges.difference, 0) <> coalesce(lines.line_amount, 0)

)

select distinct
    'drafts_bring_charges_to_what_they_owe' as claim,
    coalesce(broken.customer_id, lines.customer_id) as customer_id,
    coalesce(broken.contract_id, lines.contract_id) as contract_id,
    broken.charge_id,
    coalesce(lines.document_id, '') as document_id,
    cast(coalesce(broken.difference, 0) as decimal(20, 4)) as amount,
    coalesce(broken.currency, lines.currency) as currency,
from broken
left join (from {{ ref('int_invoice_lines_taxed') }} where reason <> 'void') as lines on broken.charge_id = lines.charge_id
