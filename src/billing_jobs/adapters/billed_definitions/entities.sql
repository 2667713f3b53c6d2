-- One row per seller that billed and catalog version: what every amount of it hangs on.
select
    'entity' as kind,
    entities.entity_id as definition,
    cast(null as varchar) as plan_id,
    cast(null as varchar) as fee_id,
    entities.received_at,
    billed.billed_at,
    to_json({{
        'rounding': coalesce(entities.rounding, 'half_up'), 'time_zone': entities.time_zone,
        'late_usage.ignore_after_days': entities.late_usage_ignored_after_days
    }}) as fields,
from {entities} as entities
inner join (select entity_id, max(recorded_at) as billed_at from {documents} group by entity_id) as billed
    on entities.entity_id = billed.entity_id
