with

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

phases as (

    select * from {{ ref('int_contract_phases_with_pauses') }}

),

steps as (

    select * from {{ ref('int_contract_amendments_sequenced') }}

),

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

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

{# A series of billing periods holds until the next one begins; the first also knows the trial. #}
series as (

    select
        * exclude (interval_every, interval_unit),
        {{ anchor_month('anchor', 'set_day', 'charged_from') }} as anchor_month,
        {{ anchor_day('anchor', 'set_day', 'charged_from') }} as anchor_day,
        if(anchor = 'calendar', date '1900-01-01', charged_from) as anchor_date,
        lead(charged_from, 1, date '9999-12-31')
            over (partition by contract_id order by charged_from, step_no) as series_until,
    from steps
    where is_series_begun and (step_no = 0 or change_id in (select changes.change_id from changes))

),

contract_intervals as (

    select distinct
        series.contract_id,
        series.step_no as series_no,
        plan_intervals.interval_every,
        plan_intervals.interval_unit,
        series.charged_from,
        series.series_until,
        series.anchor_date,
        series.anchor_month,
        series.anchor_day,
        series.anchor = 'calendar' as is_calendar,
    from series
    inner join phases
        on
            series.contract_id = phases.contract_id
            and phases.phase_from < series.series_until
            and (series.step_no = 0 or phases.phase_until > series.charged_from)
    inner join plan_intervals on phases.plan_id = plan_intervals.plan_id

),

{# How far ahead any plan of the contract is billed. #}
leads as (

    select
        phases.contract_id,
        max(plans.lead_days) as lead_days,
    from phases
    inner join plans on phases.plan_id = plans.plan_id
    group by phases.contract_id

),

{# step_months or step_days is the length. #}
measured as (

    select
        contract_intervals.*,
        max(contract_intervals.series_no) over (partition by contract_intervals.contract_id) = 0 as is_only_series,
        case interval_unit when 'month' then interval_every when 'year' then 12 * interval_every end as step_months,
        case interval_unit when 'day' then interval_every when 'week' then 7 * interval_every end as step_days,
        lives.service_from,
        lives.life_until,
        lives.refund,
        leads.lead_days,
        least(lives.life_until, contract_intervals.series_until) as billing_periods_until,
    from contract_intervals
    inner join lives on contract_intervals.contract_id = lives.contract_id
    inner join leads on contract_intervals.contract_id = leads.contract_id

)

select * from measured
