-- Fails if the billed amount of a charge is not the sum of all recorded lines on its key, or lines have no charge.
with

lines as (

    select
        charge_id,
        sum(line_amount) as line_amount,
    from {{ ref('stg_ledger__document_lines') }}
    group by all

)

select
    coalesce(charges.charge_id, lines.charge_id) as charge_id,
    charges.billed_amount,
    lines.line_amount,
from {{ ref('charges') }} as charges
full outer join lines on charges.charge_id = lines.charge_id
where charges.charge_id is null or charges.billed_amount <> coalesce(lines.line_amount, 0)
