with

charges as (

    select * from {{ ref('int_charges_net_of_tax') }}

),

recognised as (

    select * from {{ ref('int_revenue_recognised') }}

),

blocks as (

    select * from {{ ref('int_credit_grants') }}

),

purchases as (

    select
        charges.charge_id,
        charges.owed_net_amount,
        charges.minor_digits,
        charges.night_ends_on,
        charges.as_of_date,
        blocks.block_id,
        blocks.granted_amount,
        blocks.expires_on,
    from charges
    inner join blocks on charges.bought_block_id = blocks.block_id

),

{# In the block's own credits: what a draw has recognised net of tax, as a part of all that it draws. #}
used as (

    select
        draws.credit_block_id as block_id,
        earned.month,
        {{ exact_divide(
            'cast(draws.owed_amount as decimal(18, 4)) * cast(earned.recognised_amount as decimal(18, 4))',
            '-draws.owed_net_amount'
        ) }}
            as used_amount,
    from charges as draws
    inner join recognised as earned on draws.charge_id = earned.charge_id
    where draws.credit_block_id is not null and draws.owed_net_amount <> 0

),

{# The rest is earned on the last day of the block. #}
expired as (

    select
        purchases.block_id,
        cast(date_trunc('month', purchases.expires_on - 1) as date) as month,
        purchases.granted_amount + coalesce(sum(draws.owed_amount), 0) as used_amount,
    from purchases
    left join charges as draws on purchases.block_id = draws.credit_block_id
    where purchases.expires_on <= purchases.night_ends_on or purchases.expires_on - 1 > last_day(purchases.as_of_date)
    group by purchases.block_id, purchases.expires_on, purchases.granted_amount

),

by_month as (

    select
        block_id,
        month,
        sum(used_amount) as used_amount,
    from (
        from used
        union all
        from expired
    ) as gone
    group by block_id, month

),

reached as (

    select
        purchases.*,
        by_month.month,
        sum(by_month.used_amount) over (partition by purchases.charge_id order by by_month.month) as reached_amount,
    from purchases
    inner join by_month on purchases.block_id = by_month.block_id

),

{# Cumulative rounding, as every revenue: when the block is used up, all that was paid is recognised. #}
rounded as (

    select
        charge_id,
        month,
        case
            when reached_amount >= granted_amount then owed_net_amount
            else {{ round_amount(
                'round(' ~ exact_divide(
                    'cast(owed_net_amount as decimal(18, 4)) * cast(reached_amount as decimal(24, 8))',
                    'granted_amount'
                ) ~ ', 6)',
                'minor_digits', "'half_up'"
            ) }}
        end as recognised_to_date,
    from reached

),

recognised_of_purchases as (

    select
        charge_id,
        month,
        cast(
            recognised_to_date - lag(recognised_to_date, 1, 0) over (partition by charge_id order by month)
            as decimal(20, 4)
        )
            as recognised_amount,
    from rounded

)

select * from recognised_of_purchases
