with

steps as (

    select * from {{ ref('int_steps_priced') }}

),

charges as (

    select * from {{ ref('int_charges_keyed') }}

),

unpriced as (

    select
        charges.charge_id,
        charges.contract_id,
        charges.plan_id,
        charges.fee_id,
        charges.period_from,
        charges.period_until,
        steps.dimension_value as dimensions,
        charges.currency,
        sum(steps.quantity)::decimal(38, 12) as quantity,
    from steps
    inner join charges on steps.charge_id = charges.charge_id
    where steps.dimension_value is not null and steps.unit_price is null and steps.quantity <> 0
    group by all

)

select * from unpriced
