-- One row per plan that was billed and catalog version: what of it has no versions of its own.
select
    'plan' as kind,
    plans.plan_id as definition,
    plans.plan_id,
    cast(null as varchar) as fee_id,
    plans.received_at,
    billed.billed_at,
    -- A catalog of before a key was known says nothing of it: it may be said once.
    json_merge_patch(
        to_json({{
            'entity': plans.entity_id, 'currency': plans.currency,
            'interval': plans.interval_every || ' ' || plans.interval_unit,
            'anchor': plans.anchor, 'trial_days': plans.trial_days, 'proration': plans.proration,
            'price_basis': plans.price_basis
        }}),
        case when plans.usage_in_pause is null then '{{}}' else to_json({{'usage_in_pause': plans.usage_in_pause}}) end
    ) as fields,
from {plans} as plans
inner join (select plan_id, max(recorded_at) as billed_at from {lines} where kind <> 'one_off'
    group by plan_id) as billed
    on plans.plan_id = billed.plan_id
