-- A charge without an amount, a tax rate or a bill day (a price list without the version's numbers, a tax code without a rate on the last served
-- day) would otherwise bill nothing, unseen.
select
    'every_charge_has_an_amount_and_a_tax_rate' as claim,
    contract_id,
    plan_id,
    fee_id,
    charge_id,
from {{ ref('int_charges_priced') }}
where
    computed_amount is null
    or tax_rate is null
    or bill_on is null
    or due_at is null
