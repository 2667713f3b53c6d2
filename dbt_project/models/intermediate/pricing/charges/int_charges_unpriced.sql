with

steps as (

    select * from {{ ref('int_price_components') }}

),

segments as (

    select * from {{ ref('int_fee_segments_rated') }}

),

true_ups as (

    select * from {{ ref('int_true_ups') }}

),

charges as (

    select * from {{ ref('int_fee_charges_rated') }}

),

placed as (

    select * from {{ ref('int_billable_usage') }}

),

without_price as (

    select
        charge_id,
        dimension_value as dimensions,
        cast(sum(quantity) as decimal(38, 12)) as quantity,
        'no_price' as reason,
    from steps
    where dimension_value is not null and unit_price is null and quantity <> 0
    group by all

),

out_of_range as (

    select distinct
        charge_id,
        '{}' as dimensions,
        'out_of_range' as reason,
    from segments
    where is_out_of_range
    union all
    select
        charge_id,
        '{}',
        'out_of_range',
    from true_ups
    where kind = 'termination' and required_amount is null

),

{# One quantity of a charge that is below zero owes nothing; it is the same in each segment. #}
below_zero as (

    select distinct
        charge_id,
        dimensions,
        used_until as quantity,
        'below_zero' as reason,
    from placed
    where is_one_quantity and used_until < 0

),

united as (

    select * from without_price
    union all by name
    select * from below_zero
    union all by name
    select * from out_of_range

),

left_unpriced as (

    select
        charges.charge_id,
        charges.contract_id,
        charges.plan_id,
        charges.fee_id,
        charges.period_from,
        charges.period_until,
        united.dimensions,
        charges.currency,
        coalesce(united.quantity, charges.quantity) as quantity,
        united.reason,
    from united
    inner join charges on united.charge_id = charges.charge_id

)

select * from left_unpriced
