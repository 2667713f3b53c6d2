with

lives as (

    select * from {{ ref('int_contract_lives_bounded') }}

),

phases as (

    select * from {{ ref('int_phases_built') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

plan_intervals as (

    select
        plan_id,
        interval_every,
        interval_unit
    from plans
    union
    select
        plan_id,
        interval_every,
        interval_unit
    from fees where interval_unit is not null

),

contract_intervals as (

    select distinct
        phases.contract_id,
        plan_intervals.interval_every,
        plan_intervals.interval_unit,
    from phases
    inner join plan_intervals on phases.plan_id = plan_intervals.plan_id

),

{# step_months or step_days is the length; a calendar counts from 1 January 1900, a Monday. #}
measured as (

    select
        contract_intervals.*,
        case interval_unit when 'month' then interval_every when 'year' then 12 * interval_every end as step_months,
        case interval_unit when 'day' then interval_every when 'week' then 7 * interval_every end as step_days,
        lives.trial_until as charged_from,
        lives.service_from,
        lives.life_until,
        lives.anchor = 'calendar' as is_calendar,
        case when lives.anchor = 'calendar' then 1 else lives.anchor_day end as set_day,
    from contract_intervals
    inner join lives on contract_intervals.contract_id = lives.contract_id

),

anchored as (

    select
        *,
        coalesce(set_day, day(charged_from))::integer as anchor_day,
        case
            when is_calendar then date '1900-01-01'
            when set_day is not null and least(set_day, day(last_day(charged_from))) > day(charged_from)
                then cast(date_trunc('month', charged_from) - interval 1 month as date)
            else cast(date_trunc('month', charged_from) as date)
        end as anchor_month,
        case when is_calendar then date '1900-01-01' else charged_from end as anchor_date,
    from measured

)

select * from anchored
