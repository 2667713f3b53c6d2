with

billing_periods as (

    select * from {{ ref('int_billing_periods_served') }}

),

phases as (

    select * from {{ ref('int_contract_phases_with_pauses') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

in_advance as (

    select distinct
        plan_id,
        interval_every,
        interval_unit
    from fees
    where timing = 'advance'

)

select
    billing_periods.contract_id,
    billing_periods.period_from,
    billing_periods.period_until,
    billing_periods.is_trial,
    case
        when in_advance.plan_id is not null then billing_periods.advance_bill_on
        else billing_periods.arrears_bill_on
    end as bill_on,
    billing_periods.interval_every,
    billing_periods.interval_unit,
    billing_periods.served_from,
    billing_periods.served_until,
    billing_periods.advance_bill_on,
    billing_periods.arrears_bill_on,
    billing_periods.payer_id,
from billing_periods
left join phases
    on
        billing_periods.contract_id = phases.contract_id
        and billing_periods.served_from >= phases.phase_from
        and billing_periods.served_from < phases.phase_until
left join in_advance
    on
        phases.plan_id = in_advance.plan_id
        and billing_periods.interval_every = in_advance.interval_every
        and billing_periods.interval_unit = in_advance.interval_unit
