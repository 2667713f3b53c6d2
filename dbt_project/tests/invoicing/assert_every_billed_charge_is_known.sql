-- Fails if a charge was billed and the facts no longer know its contract, fee or one-off charge.
-- Nothing is credited for a fact that is merely absent: deliver the row again, or end the contract by a change and the
-- fee by `until`.
select
    missing_fact,
    contract_id,
    plan_id,
    fee_id,
    instance,
    period_from,
    billed_amount,
    currency,
from {{ ref('int_billed_charges_without_facts') }}
