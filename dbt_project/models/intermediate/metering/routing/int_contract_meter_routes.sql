with

in_service as (

    select * from {{ ref('int_contract_services_metered') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

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
