with

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

phases as (

    select * from {{ ref('int_contract_phases_with_pauses') }}

),

payers as (

    select * from {{ ref('int_payers_dated') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

{# Who leaves in the trial, or on the first day, owes nothing for leaving; an end that was agreed is no early one. #}
left_early as (

    select *
    from lives
    where
        cancelled_on = life_until
        and cancelled_on < minimum_until
        and cancelled_on > greatest(service_from, trial_until)

),

{# What held on the last day. A pause is not served, but it has a plan: so the phases with pauses are read. #}
last_days as (

    select
        left_early.contract_id,
        phases.plan_id,
        phases.quantity,
        phases.department,
        phases.price_agreed_on,
        phases.plan_agreed_on,
    from left_early
    inner join phases
        on
            left_early.contract_id = phases.contract_id
            and left_early.cancelled_on > phases.phase_from
            and left_early.cancelled_on <= phases.phase_until

),

laid as (

    select
        left_early.contract_id,
        last_days.plan_id,
        fees.fee_id,
        '' as instance,
        fees.interval_every,
        fees.interval_unit,
        left_early.cancelled_on as period_from,
        left_early.minimum_until as period_until,
        last_days.quantity,
        last_days.department,
        last_days.price_agreed_on,
        last_days.plan_agreed_on,
        left_early.cancelled_on - 1 as stretch_from,
        left_early.cancelled_on as stretch_until,
        coalesce(payers.payer_id, left_early.user_customer_id) as payer_id,
        timezone(left_early.zone, cast(left_early.cancelled_on as timestamp)) as due_at,
        {{ first_closing_day('left_early.cancelled_on - 1', 'payers.closing_day') }} as bill_on,
    from left_early
    inner join last_days on left_early.contract_id = last_days.contract_id
    inner join fees
        on
            last_days.plan_id = fees.plan_id
            and fees.kind = 'termination'
            and left_early.cancelled_on <= fees.fee_until
    left join payers
        on
            left_early.user_customer_id = payers.customer_id
            and left_early.cancelled_on - 1 >= payers.valid_from
            and left_early.cancelled_on - 1 < payers.valid_until

)

select * from laid
