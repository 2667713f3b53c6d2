with

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

fee_versions as (

    select * from {{ ref('stg_catalog__fee_versions') }}

),

meters as (

    select * from {{ ref('stg_catalog__meters') }}

),

first_versions as (

    select
        plan_id,
        fee_id,
        min(valid_from) as first_version_from
    from fee_versions
    group by plan_id, fee_id

),

resolved as (

    select
        fees.plan_id,
        fees.fee_id,
        fees.fee_no,
        fees.kind,
        fees.timing,
        fees.model,
        fees.meter,
        fees.dimensions,
        {# How a part of a period is charged where the meter has one quantity a charge; null for all other fees. #}
        case
            when fees.kind = 'usage' and meters.has_one_quantity
                then coalesce(fees.part_period, if(meters.is_carried_over, 'by_days', 'served'))
        end as part_period,
        fees.tax_code,
        fees.unit_ja,
        fees.unit_en,
        coalesce(fees.until, date '9999-12-31') as fee_until,
        coalesce(fees.is_optional, false) as is_optional,
        coalesce(fees.interval_every, plans.interval_every) as interval_every,
        coalesce(fees.interval_unit, plans.interval_unit) as interval_unit,
        coalesce(fees.interval_every, plans.interval_every) <> plans.interval_every
        or coalesce(fees.interval_unit, plans.interval_unit) <> plans.interval_unit as has_own_interval,
        case coalesce(fees.interval_unit, plans.interval_unit)
            when 'month' then coalesce(fees.interval_every, plans.interval_every)
            when 'year' then 12 * coalesce(fees.interval_every, plans.interval_every)
        end as interval_months,
        case when fees.model = 'per_day' then 'daily' else coalesce(plans.proration, 'daily') end as proration,
        coalesce(plans.price_basis, 'exclusive') as price_basis,
        coalesce(plans.lead_days, 0) as lead_days,
        fees.kind = 'usage' and coalesce(plans.usage_in_pause, 'bill') = 'bill' as is_owed_in_pause,
        plans.product,
        plans.department,
        concat_ws(' ', plans.name_ja, fees.name_ja) as description_ja,
        concat_ws(' ', plans.name_en, fees.name_en) as description_en,
        first_versions.first_version_from,
    from fees
    inner join plans on fees.plan_id = plans.plan_id
    left join meters on fees.meter = meters.meter
    left join first_versions on fees.plan_id = first_versions.plan_id and fees.fee_id = first_versions.fee_id

)

select * from resolved
