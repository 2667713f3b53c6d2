-- Fails if a deposit pays more than was received. A reversed deposit is left out until its reversal is recorded; after
-- that it has used nothing.
select
    payment_id,
    amount,
    applied_amount,
    unapplied_amount,
from {{ ref('int_deposits_resolved') }}
where amount > 0 and (applied_amount < 0 or applied_amount > amount)
