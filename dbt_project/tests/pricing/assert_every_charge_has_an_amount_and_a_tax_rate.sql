-- Fails if a charge has no amount, no tax rate or no bill day: a price list without the version's numbers, a tax code without a rate
-- on the last served day, or a currency without minor digits would otherwise bill nothing, unseen.
select
    charge_id,
    contract_id,
    plan_id,
    fee_id,
    tax_code,
from {{ ref('int_charges_priced') }}
where
    computed_amount is null
    or tax_rate is null
    or bill_on is null
    or due_at is null
