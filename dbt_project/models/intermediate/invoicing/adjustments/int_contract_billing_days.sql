with

int_billing_periods_served as (

    select * from {{ ref('int_billing_periods_served') }}

),

int_contract_phases as (

    select * from {{ ref('int_contract_phases') }}

),

stg_catalog__plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

stg_catalog__fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

),

{# When the fees of a plan are billed: with the billing periods of which interval, before or after the service. #}
timings as (

    select distinct
        fees.plan_id,
        fees.timing,
        coalesce(fees.interval_every, plans.interval_every) as interval_every,
        coalesce(fees.interval_unit, plans.interval_unit) as interval_unit,
    from stg_catalog__fees as fees
    inner join stg_catalog__plans as plans on fees.plan_id = plans.plan_id

),

bill_dates as (

    select distinct
        billing_periods.contract_id,
        if(timings.timing = 'advance', billing_periods.advance_bill_on, billing_periods.arrears_bill_on) as bill_on,
    from int_billing_periods_served as billing_periods
    inner join int_contract_phases as phases
        on
            billing_periods.contract_id = phases.contract_id
            and phases.phase_from < billing_periods.period_until
            and phases.phase_until > billing_periods.period_from
    inner join timings
        on
            phases.plan_id = timings.plan_id
            and billing_periods.interval_every = timings.interval_every
            and billing_periods.interval_unit = timings.interval_unit
    where not billing_periods.is_trial

),

services as (

    select
        contract_id,
        max(phase_until) as served_until,
    from int_contract_phases
    group by contract_id

),

scheduled as (

    select
        bill_dates.contract_id,
        any_value(services.served_until) as served_until,
        min(bill_dates.bill_on) filter (where bill_dates.bill_on >= run.as_of_date) as next_bill_on,
        max(bill_dates.bill_on) filter (where bill_dates.bill_on <= run.as_of_date) as last_bill_on,
    from bill_dates
    cross join stg_run__run as run
    left join services on bill_dates.contract_id = services.contract_id
    group by all

)

select * from scheduled
