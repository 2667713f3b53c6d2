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

fee_lives as (

    select * from {{ ref('int_contract_add_ons_dated') }}

),

terminations as (

    select * from {{ ref('int_termination_fees_due') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

billing_periods_begun as (

    select
        billing_periods.*,
        {{ each_served_part() }},
    from billing_periods
    cross join run
    where not billing_periods.is_trial and billing_periods.served_from <= run.night_ends_on + billing_periods.lead_days

),

overlapping as (

    select
        billing_periods_begun.*,
        phases.plan_id,
        fees.fee_id,
        coalesce(fee_lives.instance, '') as instance,
        coalesce(fee_lives.fee_quantity, if(fees.is_optional, 1, phases.quantity)) as quantity,
        phases.department,
        phases.price_agreed_on,
        phases.plan_agreed_on,
        fees.proration = 'none'
        and (fees.kind <> 'usage' or fees.part_period is not distinct from 'by_days') as is_whole,
        fees.kind = 'recurring' and fees.timing = 'advance' as is_refundable,
        phases.phase_until,
        fees.fee_until as sold_until,
        fee_lives.fee_until,
        greatest(billing_periods_begun.part_from, phases.phase_from, fee_lives.fee_from) as stretch_from,
    from billing_periods_begun
    inner join phases
        on
            billing_periods_begun.contract_id = phases.contract_id
            and billing_periods_begun.part_from < phases.phase_until
            and billing_periods_begun.part_until > phases.phase_from
    inner join fees
        on
            phases.plan_id = fees.plan_id
            and fees.kind <> 'termination'
            and (not phases.is_paused or fees.is_owed_in_pause)
            and billing_periods_begun.interval_every = fees.interval_every
            and billing_periods_begun.interval_unit = fees.interval_unit
    left join fee_lives
        on
            billing_periods_begun.contract_id = fee_lives.contract_id
            and fees.fee_id = fee_lives.fee_id
            and fees.kind = 'recurring'
    where coalesce(fee_lives.is_added, not fees.is_optional and coalesce(fee_lives.instance, '') = '')

),

{# A cancellation without refund leaves what is paid in advance owed to the billing period's nominal end;
   with a full one the billing period owes nothing of it. #}
stretches as (

    select
        contract_id,
        plan_id,
        fee_id,
        instance,
        interval_every,
        interval_unit,
        period_from,
        period_until,
        quantity,
        department,
        price_agreed_on,
        plan_agreed_on,
        stretch_from,
        case
            when is_refundable and refund = 'none' and phase_until >= served_until
                then least(period_until, sold_until, if(is_whole, null, fee_until))
            when is_whole then least(served_until, sold_until)
            else least(part_until, sold_until, fee_until, phase_until)
        end as stretch_until,
    from overlapping
    where
        (not is_whole or stretch_from <= served_from)
        and (not is_refundable or refund is distinct from 'full')
        and stretch_from < stretch_until

    union all by name

    select * exclude (payer_id, due_at, bill_on) from terminations

)

select * from stretches
