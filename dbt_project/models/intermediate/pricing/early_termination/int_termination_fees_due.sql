with

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

phase_steps as (

    select * from {{ ref('int_contract_phase_starts') }}

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

{# What held on the last day. A pause has no phase, but a plan; so the steps are read and not the phases. #}
last_days as (

    select
        left_early.contract_id,
        arg_max(phase_steps.plan_id, (phase_steps.effective_on, phase_steps.step_no)) as plan_id,
        arg_max(phase_steps.quantity, (phase_steps.effective_on, phase_steps.step_no)) as quantity,
        arg_max(phase_steps.department, (phase_steps.effective_on, phase_steps.step_no)) as department,
        arg_max(phase_steps.price_agreed_on, (phase_steps.effective_on, phase_steps.step_no)) as price_agreed_on,
        arg_max(phase_steps.plan_agreed_on, (phase_steps.effective_on, phase_steps.step_no)) as plan_agreed_on,
    from left_early
    inner join phase_steps
        on left_early.contract_id = phase_steps.contract_id and left_early.cancelled_on > phase_steps.effective_on
    group by left_early.contract_id

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
