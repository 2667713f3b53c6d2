with

phases as (

    select * from {{ ref('int_phases_built') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

meters as (

    select * from {{ ref('stg_catalog__meters') }}

),

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

usage_fees as (

    select plan_id, meter, max(coalesce(until, date '9999-12-31')) as until
    from fees
    where kind = 'usage'
    group by plan_id, meter

),

cuts as (

    select contract_id, phase_from as cut_on from phases
    union
    select contract_id, trial_until from contracts
    union
    select phases.contract_id, usage_fees.until
    from phases
    inner join usage_fees on phases.plan_id = usage_fees.plan_id
    where usage_fees.until < date '9999-12-31'

),

stretches as (

    select
        contract_id,
        cut_on as stretch_from,
        lead(cut_on, 1, date '9999-12-31') over (partition by contract_id order by cut_on) as stretch_until,
    from cuts

),

in_service as (

    select
        phases.contract_id,
        phases.plan_id,
        greatest(stretches.stretch_from, phases.phase_from) as stretch_from,
        least(stretches.stretch_until, phases.phase_until) as stretch_until,
    from stretches
    inner join phases
        on stretches.contract_id = phases.contract_id
        and stretches.stretch_from < phases.phase_until
        and stretches.stretch_until > phases.phase_from

),

routes as (

    select
        in_service.contract_id,
        contracts.user_customer_id as customer_id,
        meters.meter,
        meters.event_type,
        contracts.zone,
        timezone(contracts.zone, cast(in_service.stretch_from as timestamp)) as from_at,
        timezone(contracts.zone, cast(in_service.stretch_until as timestamp)) as until_at,
        usage_fees.meter is not null as has_fee,
        case
            when usage_fees.meter is not null and in_service.stretch_from >= contracts.trial_until then 'rated'
            else 'free'
        end as state,
    from in_service
    inner join contracts on in_service.contract_id = contracts.contract_id
    cross join meters
    left join usage_fees
        on in_service.plan_id = usage_fees.plan_id
        and meters.meter = usage_fees.meter
        and in_service.stretch_from < usage_fees.until

)

select * from routes
