-- Fails if a deposit that stands does not split into applied and unapplied, or a reversed one and its reversal do not
-- cancel out.
select
    payment_id,
    amount,
    applied_amount,
    unapplied_amount,
    state,
from {{ ref('payments') }}
where
    (state <> 'reversed' and amount <> applied_amount + unapplied_amount)
    or (state = 'reversed' and applied_amount + unapplied_amount <> 0)
