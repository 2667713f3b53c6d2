-- One row per fee that was billed and catalog version: what of the fee, its meter and its meter's time bands has no
-- versions of its own, and from which days on its versions hold for whom. A version or an end that lies beyond what was
-- billed may still be changed.
with

billed as (

    select
        plan_id,
        fee_id,
        max(recorded_at) as billed_at,
        max(coalesce(served_until, period_until)) as billed_until,
    from {lines}
    where plan_id <> '' and kind <> 'one_off'
    group by all

),

-- Windows are told by the first catalog that had the same ones.
windows as (

    select
        time_bands,
        received_at,
        'as in the catalog of ' || min(received_at) over (partition by time_bands, laid) as laid,
    from (
        select
            time_bands,
            received_at,
            string_agg(
                concat_ws(' ', month, from_day, until_day, day_kind, from_minute, until_minute, band), ',' order by all
            ) as laid,
        from {time_band_windows}
        group by all
    )

),

holidays as (

    select
        time_bands,
        received_at,
        'as in the catalog of ' || min(received_at) over (partition by time_bands, named) as named,
    from (
        select
            time_bands,
            received_at,
            string_agg(concat_ws(' ', holiday, coalesce(day_kind, 'holiday')), ',' order by all) as named,
        from {time_band_holidays}
        group by all
    )

),

meters as (

    select
        meters.meter,
        meters.received_at,
        case
            when is_carried_over then 'by_days'
            when aggregation in (select kinds.aggregation from {aggregations} as kinds where kinds.has_one_quantity)
                then 'served'
        end as part_period,
        -- A merge drops what is null, so what a meter does not say is an empty text.
        to_json({{
            'meter.event_type': event_type,
            'meter.aggregation': aggregation,
            'meter.field': coalesce(field, ''),
            'meter.price_field': coalesce(price_field, ''),
            'meter.level_per': coalesce(level_per, ''),
            'meter.reports': coalesce(reports, ''),
            'meter.carry_over': coalesce(is_carried_over, false),
            'meter.time_bands': coalesce(meters.time_bands, ''),
            'meter.time_bands.windows': coalesce(windows.laid, ''),
            'meter.time_bands.dates': coalesce(holidays.named, ''),
            -- A sum is the same however it is told apart.
            'meter.dimensions': if(aggregation in ('sum', 'count') and not coalesce(is_carried_over, false), '',
                coalesce(dimensions, ''))
        }}) as fields,
    from {meters} as meters
    left join windows on meters.time_bands = windows.time_bands and meters.received_at = windows.received_at
    left join holidays on meters.time_bands = holidays.time_bands and meters.received_at = holidays.received_at

),

versions as (

    select
        versions.plan_id,
        versions.fee_id,
        versions.received_at,
        json_group_object(
            'version of ' || versions.valid_from || ' ' || versions.currency,
            'applies to ' || versions.applies_to || if(versions.is_mid_period, ', within a period', '')
        ) as fields,
    from {fee_versions} as versions
    inner join billed
        on versions.plan_id = billed.plan_id and versions.fee_id = billed.fee_id
            and versions.valid_from < billed.billed_until
    group by all

)

select
    'fee' as kind,
    fees.plan_id || ' ' || fees.fee_id as definition,
    fees.plan_id,
    fees.fee_id,
    fees.received_at,
    billed.billed_at,
    json_merge_patch(
        to_json({{
            'kind': fees.kind, 'in': fees.timing, 'model': fees.model, 'meter': fees.meter, 'tax_code': fees.tax_code,
            'dimensions': fees.dimensions, 'interval': fees.interval_every || ' ' || fees.interval_unit,
            'filter': coalesce(fees.filter, '{{}}'),
            'additive': coalesce(fees.is_additive, false), 'optional': coalesce(fees.is_optional, false),
            'usage_rounding': fees.rounding_mode || ' ' || fees.rounding_step,
            'allowance': nullif(concat_ws(
                ' ', fees.allowance, fees.allowance_periods, fees.allowance_cap, fees.allowance_shared), ''),
            'part_period': coalesce(fees.part_period, meters.part_period),
            'until': if(fees.until < billed.billed_until, fees.until, null)
        }}),
        coalesce(meters.fields, '{{}}'),
        coalesce(versions.fields, '{{}}')
    ) as fields,
from {fees} as fees
inner join billed on fees.plan_id = billed.plan_id and fees.fee_id = billed.fee_id
left join meters on fees.meter = meters.meter and fees.received_at = meters.received_at
left join versions on fees.plan_id = versions.plan_id and fees.fee_id = versions.fee_id
    and fees.received_at = versions.received_at
