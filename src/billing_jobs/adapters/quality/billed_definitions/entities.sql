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
        -- A rule for what is received after the last bill moves nothing.
        'late_usage': if(
            coalesce(entities.late_usage_ignored_from, date '0001-01-01') <= cast(billed.billed_at as date),
            entities.late_usage_ignored_after_days || ' days'
                || coalesce(' from ' || entities.late_usage_ignored_from, ''),
            null
        )
    }}) as fields,
from {entities} as entities
inner join (select entity_id, max(recorded_at) as billed_at from {documents} group by entity_id) as billed
    on entities.entity_id = billed.entity_id
