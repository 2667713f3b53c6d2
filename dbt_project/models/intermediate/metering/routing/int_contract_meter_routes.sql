with

phases as (

    select * from {{ ref('int_contract_phases_with_pauses') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

meters as (

    select * from {{ ref('stg_catalog__meters') }}

),

usage_fees as (

    select * from {{ ref('int_plan_meters') }}

),

cuts as (

    select
        contract_id,
        phase_from as cut_on
    from phases
    union
    select
        contract_id,
        trial_until
    from contracts
    union
    select
        phases.contract_id,
        usage_fees.until
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

{# Stretches of service, pauses too, in which plan, trial, pausing and usage fees stay the same. #}
in_service as (

    select
        phases.contract_id,
        phases.plan_id,
        phases.is_paused,
        phases.is_paused and plans.usage_in_pause = 'refuse' as is_refused,
        greatest(stretches.stretch_from, phases.phase_from) as stretch_from,
        least(stretches.stretch_until, phases.phase_until) as stretch_until,
    from stretches
    inner join phases
        on
            stretches.contract_id = phases.contract_id
            and stretches.stretch_from < phases.phase_until
            and stretches.stretch_until > phases.phase_from
    inner join plans on phases.plan_id = plans.plan_id

),

routes as (

    select
        in_service.contract_id,
        contracts.user_customer_id as customer_id,
        meters.meter,
        meters.event_type,
        contracts.zone,
        {{ local_midnight('contracts.zone', 'in_service.stretch_from') }} as from_at,
        {{ local_midnight('contracts.zone', 'in_service.stretch_until') }} as until_at,
        usage_fees.meter is not null as has_fee,
        usage_fees.filters,
        coalesce(usage_fees.needs_price, false) as needs_price,
        coalesce(usage_fees.is_by_event, false) as is_by_event,
        case
            when entities.late_usage_ignored_after_days is not null
                then {
                    'days': entities.late_usage_ignored_after_days,
                    'since': coalesce(entities.late_usage_ignored_from, date '0001-01-01')
                }
        end as late_rule,
        in_service.is_paused,
        case
            when usage_fees.meter is null or in_service.stretch_from < contracts.trial_until then 'free'
            when in_service.is_refused then 'paused'
            else 'rated'
        end as state,
    from in_service
    inner join contracts on in_service.contract_id = contracts.contract_id
    inner join entities on contracts.entity_id = entities.entity_id
    cross join meters
    left join usage_fees
        on
            in_service.plan_id = usage_fees.plan_id
            and meters.meter = usage_fees.meter
            and in_service.stretch_from < usage_fees.until

)

select * from routes
