with

charges as (

    select * from {{ ref('int_charges_identified') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

granted as (

    select * from {{ ref('int_discounts_granted') }}

),

billing_periods as (

    select * from {{ ref('int_billing_periods_served') }}

),

phases as (

    select * from {{ ref('int_contract_phases') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

having_discounts as (

    select charges.*
    from charges
    where
        charges.kind in ('recurring', 'usage')
        and (
            charges.contract_id in (select granted.contract_id from granted)
            or exists (select 1 from granted where granted.contract_id is null)
        )

),

{# The billing periods of the plan that the contract is on. #}
plan_periods as (

    select
        billing_periods.contract_id,
        billing_periods.served_from as plan_period_from,
    from billing_periods
    inner join phases
        on
            billing_periods.contract_id = phases.contract_id
            and billing_periods.served_from >= phases.phase_from
            and billing_periods.served_from < phases.phase_until
    inner join plans
        on
            phases.plan_id = plans.plan_id
            and billing_periods.interval_every = plans.interval_every
            and billing_periods.interval_unit = plans.interval_unit
    where not billing_periods.is_trial

),

placed as (

    select
        charges.charge_id,
        charges.contract_id,
        charges.plan_id,
        charges.fee_id,
        charges.instance,
        charges.currency,
        charges.period_from,
        charges.period_until,
        charges.billing_period_served_from,
        fees.fee_no,
        fees.timing = 'arrears' as is_in_arrears,
        fees.interval_every,
        fees.interval_unit,
        fees.has_own_interval,
        coalesce(plan_periods.plan_period_from, charges.billing_period_served_from) as plan_period_from,
        min(charges.served_from) over (
            partition by charges.contract_id, charges.period_from, charges.period_until, charges.plan_id
        ) as plan_from,
    from having_discounts as charges
    inner join fees on charges.plan_id = fees.plan_id and charges.fee_id = fees.fee_id
    asof left join plan_periods
        on
            charges.contract_id = plan_periods.contract_id
            and charges.billing_period_served_from >= plan_periods.plan_period_from

),

{# Fixed amounts come off what is paid ahead first, then off the earlier plan, then as the catalog lists the fees. #}
numbered as (

    select
        * exclude (fee_no, is_in_arrears, plan_from),
        row_number() over (order by is_in_arrears, plan_from, plan_id, fee_no, instance, charge_id) as charge_no,
    from placed

)

select * from numbered
