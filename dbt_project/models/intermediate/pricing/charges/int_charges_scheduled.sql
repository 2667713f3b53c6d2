with

stretches as (

    select * from {{ ref('int_fees_in_service') }}

),

billing_periods as (

    select * from {{ ref('int_billing_periods_served') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

terminations as (

    select * from {{ ref('int_termination_fees_due') }}

),

gathered as (

    select
        contract_id,
        plan_id,
        fee_id,
        instance,
        interval_every,
        interval_unit,
        period_from,
        period_until,
        min(stretch_from) as served_from,
        max(stretch_until) as served_until,
        arg_max(department, stretch_from) as phase_department,
        arg_min(price_agreed_on, stretch_from) as price_agreed_on,
        arg_min(plan_agreed_on, stretch_from) as plan_agreed_on,
    from stretches
    group by all

),

with_billing_periods as (

    select
        gathered.contract_id,
        gathered.plan_id,
        gathered.fee_id,
        gathered.instance,
        gathered.period_from,
        gathered.period_until,
        billing_periods.served_from as billing_period_served_from,
        gathered.served_from,
        gathered.served_until,
        gathered.served_until - 1 as last_served_on,
        gathered.phase_department,
        gathered.price_agreed_on,
        gathered.plan_agreed_on,
        billing_periods.payer_id,
        billing_periods.closing_day,
        billing_periods.zone,
        fees.timing = 'advance' as is_in_advance,
        gathered.served_from - fees.lead_days as advance_due_on,
        gathered.served_from - 1 - fees.lead_days as advance_closes_on,
        billing_periods.arrears_due_at,
        billing_periods.arrears_bill_on,
    from gathered
    inner join billing_periods
        on
            gathered.contract_id = billing_periods.contract_id
            and gathered.interval_every = billing_periods.interval_every
            and gathered.interval_unit = billing_periods.interval_unit
            and gathered.period_from = billing_periods.period_from
            and gathered.period_until = billing_periods.period_until
            and not billing_periods.is_trial
    inner join fees on gathered.plan_id = fees.plan_id and gathered.fee_id = fees.fee_id

),

scheduled as (

    select
        * exclude (zone, closing_day, advance_due_on, advance_closes_on, arrears_due_at, arrears_bill_on),
        case
            when is_in_advance then timezone(zone, cast(advance_due_on as timestamp))
            else arrears_due_at
        end as due_at,
        case
            when is_in_advance then {{ first_closing_day('advance_closes_on', 'closing_day') }}
            else arrears_bill_on
        end as bill_on,
    from with_billing_periods

    union all by name

    select
        * exclude (interval_every, interval_unit, quantity, department, stretch_from, stretch_until),
        stretch_from as billing_period_served_from,
        stretch_from as served_from,
        stretch_until as served_until,
        stretch_from as last_served_on,
        department as phase_department,
        false as is_in_advance,
    from terminations

)

select * from scheduled
