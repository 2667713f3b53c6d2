with

charges as (

    select * from {{ ref('int_charges_differed') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# What is billed, or whose service has begun. A future tile that nobody has billed is not revenue of anybody yet. #}
begun as (

    select
        charges.*,
        run.as_of_date,
        run.night_ends_on,
        owed_amount - billed_amount as rest_amount,
        coalesce(served_from, period_from) as revenue_from,
        greatest(coalesce(served_until, period_until), coalesce(served_from, period_from) + 1) as revenue_until,
    from charges
    cross join run
    where is_billed or (owed_amount != 0 and coalesce(served_from, period_from) <= run.as_of_date)

),

{# The billed part is net as its lines stand; the rest is taken out of its tax at the charge's own rate. #}
netted as (

    select
        charge_id,
        entity_id,
        customer_id,
        contract_id,
        plan_id,
        fee_id,
        instance,
        kind,
        period_from,
        period_until,
        revenue_from,
        revenue_until,
        product,
        department,
        currency,
        minor_digits,
        as_of_date,
        night_ends_on,
        billed_net_amount,
        cast(
            case
                when owed_amount = 0 then 0
                when price_basis = 'inclusive'
                    then billed_net_amount + {{ round_amount(
                        exact_divide('cast(rest_amount * 100 as decimal(38, 12))', '(100 + tax_rate)'), 'minor_digits', "'half_up'"
                    ) }}
                else billed_net_amount + rest_amount
            end as decimal(20, 4)
        ) as owed_net_amount,
    from begun

)

select * from netted
