with

openings as (

    select * from {{ ref('int_openings_judged') }}

),

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# What another system had billed and not yet earned; a contract that ends earns the rest that day. #}
deferred as (

    select
        {{ make_plain_id(["'opening_deferral'", 'openings.opening_id']) }} as charge_id,
        charge_id as weighed_charge_id,
        openings.entity_id,
        openings.customer_id,
        openings.contract_id,
        coalesce(openings.plan_id, lives.plan_id, '') as plan_id,
        coalesce(openings.fee_id, '') as fee_id,
        openings.opening_id as instance,
        'opening' as kind,
        openings.first_day as period_from,
        openings.last_day as period_until,
        openings.starts_on as revenue_from,
        greatest(least(openings.last_day, lives.life_until), openings.starts_on + 1) as revenue_until,
        openings.product_sold as product,
        openings.department_of as department,
        openings.currency,
        openings.minor_digits,
        run.as_of_date,
        run.night_ends_on,
        cast(openings.amount as decimal(20, 4)) as owed_amount,
        cast(openings.amount as decimal(20, 4)) as billed_net_amount,
        cast(openings.amount as decimal(20, 4)) as owed_net_amount,
    from openings
    cross join run
    left join lives on openings.contract_id = lives.contract_id
    where openings.source = 'opening_deferrals' and openings.refusal_reason is null

)

select * from deferred
