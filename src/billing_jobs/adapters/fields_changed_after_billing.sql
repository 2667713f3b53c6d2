-- One row per plan, fee or meter and field without versions whose value is no longer the one it was first billed with.
-- `{plans}`, `{fees}`, `{meters}`: all versions of these tables in the lake; `{lines}`: the ledger's lines.
with

plans as (

    select
        'plan' as kind,
        plan_id,
        cast(null as varchar) as fee_id,
        received_at,
        to_json({{
            'interval': interval_every || ' ' || interval_unit, 'anchor': anchor, 'trial_days': trial_days, 'proration': proration,
            'price_basis': price_basis
        }}) as fields,
    from {plans}

),

meters as (

    select
        *,
        case when is_carried_over then 'by_days' when aggregation in ('max', 'unique_count', 'latest') then 'served' end as part_period,
        to_json({{
            'meter.event_type': event_type, 'meter.aggregation': aggregation, 'meter.field': field, 'meter.price_field': price_field,
            'meter.level_per': level_per, 'meter.carry_over': is_carried_over, 'meter.time_bands': time_bands
        }}) as fields,
    from {meters}

),

fees as (

    select
        'fee' as kind,
        fees.plan_id,
        fees.fee_id,
        fees.received_at,
        json_merge_patch(
            to_json({{
                'kind': fees.kind, 'in': fees.timing, 'model': fees.model, 'meter': fees.meter, 'tax_code': fees.tax_code,
                'dimensions': fees.dimensions, 'interval': fees.interval_every || ' ' || fees.interval_unit, 'filter': fees.filter,
                'additive': fees.is_additive, 'usage_rounding': fees.rounding_mode || ' ' || fees.rounding_step,
                'allowance': nullif(
                    concat_ws(' ', fees.allowance, fees.allowance_periods, fees.allowance_cap, fees.allowance_shared), ''
                ),
                'part_period': coalesce(fees.part_period, meters.part_period)
            }}),
            coalesce(meters.fields, '{{}}')
        ) as fields,
    from {fees} as fees
    left join meters on fees.meter = meters.meter and fees.received_at = meters.received_at

),

billed as (

    select
        'fee' as kind,
        plan_id,
        fee_id,
        min(recorded_at) as first_billed_at,
    from {lines}
    where plan_id <> '' and kind <> 'one_off'
    group by all

    union all

    select
        'plan' as kind,
        plan_id,
        cast(null as varchar) as fee_id,
        min(recorded_at) as first_billed_at,
    from {lines}
    where plan_id <> '' and kind <> 'one_off'
    group by all

),

definitions as (

    select * from plans
    union all
    select * from fees

),

compared as (

    select
        billed.kind,
        billed.plan_id,
        billed.fee_id,
        billed.first_billed_at,
        max_by(definitions.fields, definitions.received_at) filter (where definitions.received_at <= billed.first_billed_at) as was,
        max_by(definitions.fields, definitions.received_at) filter (where definitions.received_at = {newest}) as is_now,
    from billed
    inner join definitions
        on
            billed.kind = definitions.kind
            and billed.plan_id = definitions.plan_id
            and billed.fee_id is not distinct from definitions.fee_id
    group by all

),

by_field as (

    select
        * exclude (was, is_now),
        unnest(json_keys(was)) as field,
        was,
        is_now,
    from compared
    where was is not null and is_now is not null

),

values_of_fields as (

    select
        kind,
        plan_id,
        fee_id,
        field,
        first_billed_at,
        coalesce(json_extract_string(was, '$."' || field || '"'), '') as was_billed_with,
        coalesce(json_extract_string(is_now, '$."' || field || '"'), '') as says_now,
    from by_field

)

select *
from values_of_fields
where was_billed_with <> says_now
