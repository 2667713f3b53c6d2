with

billing_periods as (

    select * from {{ ref('int_billing_periods_nominal') }}

),

contracts as (

    select * from {{ ref('int_contract_service_dates') }}

),

phases as (

    select * from {{ ref('int_contract_phases_with_pauses') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

payers as (

    select * from {{ ref('int_payers_dated') }}

),

with_terms as (

    select
        billing_periods.*,
        contracts.zone,
        contracts.entity_id,
        contracts.user_customer_id,
        coalesce(payers.payer_id, contracts.user_customer_id) as payer_id,
        payers.closing_day,
        coalesce(plans.lead_days, 0) as lead_days,
        coalesce(plans.grace_days, 0) as grace_days,
        billing_periods.served_from - 1 - coalesce(plans.lead_days, 0) as advance_closes_on,
        billing_periods.served_until - 1 as last_served_on,
    from billing_periods
    inner join contracts on billing_periods.contract_id = contracts.contract_id
    left join phases
        on
            billing_periods.contract_id = phases.contract_id
            and billing_periods.served_from >= phases.phase_from
            and billing_periods.served_from < phases.phase_until
    left join plans on phases.plan_id = plans.plan_id
    left join payers
        on
            contracts.user_customer_id = payers.customer_id
            and billing_periods.served_from >= payers.valid_from
            and billing_periods.served_from < payers.valid_until

),

built as (

    select
        contract_id,
        interval_every,
        interval_unit,
        period_from,
        period_until,
        served_from,
        served_until,
        served_parts,
        is_trial,
        refund,
        zone,
        entity_id,
        user_customer_id,
        payer_id,
        closing_day,
        lead_days,
        grace_days,
        timezone(zone, cast(served_from - lead_days as timestamp)) as advance_due_at,
        timezone(zone, cast(served_until + grace_days as timestamp)) as arrears_due_at,
        {{ first_closing_day('advance_closes_on', 'closing_day') }} as advance_bill_on,
        {{ first_closing_day('last_served_on', 'closing_day') }} as arrears_bill_on,
    from with_terms

)

select * from built
