with

scheduled as (

    select * from {{ ref('int_revenue_scheduled') }}

),

charges as (

    select * from {{ ref('int_charges_net_of_tax') }}

),

described as (

    select
        scheduled.charge_id,
        charges.customer_id,
        charges.contract_id,
        charges.plan_id,
        charges.fee_id,
        charges.instance,
        charges.period_from,
        charges.period_until,
        charges.product,
        charges.department,
        scheduled.month,
        scheduled.recognised_amount,
        scheduled.billed_to_date,
        scheduled.recognised_to_date,
        scheduled.deferred_amount,
        scheduled.unbilled_amount,
        charges.currency,
        charges.entity_id,
        charges.owed_net_amount,
        scheduled.month > charges.as_of_date as is_future,
    from scheduled
    inner join charges on scheduled.charge_id = charges.charge_id

)

select * from described
