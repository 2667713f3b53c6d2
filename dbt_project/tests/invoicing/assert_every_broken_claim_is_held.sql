-- Fails if a claim about drafts is broken by a charge of which no draft has a line: nothing can be held, and money
-- would be lost or given unseen.
select
    claims.claim,
    claims.contract_id,
    claims.charge_id,
    claims.amount,
    claims.currency,
from {{ ref('int_claims_broken') }} as claims
anti join {{ ref('int_charge_claims_placed') }} as placed
    on claims.claim = placed.claim and claims.contract_id = placed.contract_id and claims.charge_id = placed.charge_id
where claims.document_id = ''
