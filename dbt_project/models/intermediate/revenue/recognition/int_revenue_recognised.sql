with

charges as (

    select * from {{ ref('int_charges_net_of_tax') }}

),

weights as (

    select * from {{ ref('int_revenue_weights') }}

),

{# Past months count whole, the running one until tonight, later ones as they are planned. #}
reached as (

    select
        weights.charge_id,
        weights.month,
        charges.owed_net_amount,
        charges.minor_digits,
        sum(weights.weight) over (partition by weights.charge_id) as total_weight,
        sum(weights.weight) over (partition by weights.charge_id order by weights.month)
        - case
            when weights.month = date_trunc('month', charges.as_of_date) then weights.weight - weights.weight_passed
            else 0
        end as reached_weight,
    from weights
    inner join charges on weights.charge_id = charges.charge_id

),

{# Cumulative rounding loses nothing: each month is a difference of rounded sums, and the last sum is the whole.
   Eight decimals of weight and the rounding to six leave room for 10^13 and heal the division's last digit. #}
rounded as (

    select
        charge_id,
        month,
        case
            when reached_weight = total_weight then owed_net_amount
            else {{ round_amount(
                'round(' ~ exact_divide(
                    'cast(cast(owed_net_amount as decimal(18, 4)) * cast(reached_weight as decimal(24, 8))'
                    ' as decimal(38, 12))',
                    'total_weight'
                ) ~ ', 6)',
                'minor_digits', "'half_up'"
            ) }}
        end as recognised_to_date,
    from reached

),

recognised as (

    select
        charge_id,
        month,
        cast(
            recognised_to_date
            - coalesce(lag(recognised_to_date) over (partition by charge_id order by month), 0) as decimal(20, 4)
        ) as recognised_amount,
    from rounded

)

select * from recognised
