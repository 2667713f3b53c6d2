with

charges as (

    select * from {{ ref('int_charges_identified') }} where part_period = 'served'

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

phases as (

    select * from {{ ref('int_contract_phases_with_pauses') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

{# In its nominal period, by whatever plan and calendar; a trial is a period of its own, and meters run through a pause
   where its plan bills it. #}
overlapping as (

    select
        charges.charge_id,
        charges.proration,
        charges.interval_months,
        charges.period_from,
        charges.period_until,
        greatest(phases.phase_from, charges.period_from, contracts.trial_until) as days_from,
        least(phases.phase_until, charges.period_until) as days_until,
    from charges
    inner join contracts on charges.contract_id = contracts.contract_id
    inner join phases
        on
            charges.contract_id = phases.contract_id
            and charges.period_from < phases.phase_until
            and charges.period_until > phases.phase_from
    left join plans on phases.plan_id = plans.plan_id
    where not phases.is_paused or coalesce(plans.usage_in_pause, 'bill') = 'bill'

),

counted as (

    select
        charge_id,
        {# Counted in thirtieths the 31st is no day, as for a seat. #}
        cast(greatest(sum(
            case
                when proration = 'thirty_day' and interval_months is not null
                    then
                        {{ thirtieths('period_from', 'days_until', 'period_until', 'interval_months') }}
                        - {{ thirtieths('period_from', 'days_from', 'period_until', 'interval_months') }}
                else days_until - days_from
            end
        ), 1) as integer) as served_days,
    from overlapping
    where days_from < days_until
    group by charge_id

)

select * from counted
