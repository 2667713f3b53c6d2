with

charges as (

    select * from {{ ref('int_charges_identified') }} where kind = 'termination'

),

pieces as (

    select * from {{ ref('int_prices_in_force') }}

),

unserved as (

    select * from {{ ref('int_termination_periods_unserved') }}

),

granted as (

    select * from {{ ref('int_discounts_granted') }}

),

matched as (

    select * from {{ ref('int_discounts_by_charge') }}

),

used as (

    select discount_id, contract_id, interval_every, interval_unit, count(distinct period_from) as periods,
    from matched
    group by all

),

{# A discount goes on for as many whole billing periods as are left of it; a billing period that has begun keeps those
   that it has. #}
discounts as (

    select
        unserved.charge_id, unserved.fee_id, unserved.instance, unserved.billing_period_from,
        granted.percent, granted.amount, granted.fee_id is not null as is_of_fee,
        dense_rank() over (
            partition by
                unserved.charge_id, granted.discount_id, unserved.interval_every, unserved.interval_unit,
                unserved.has_begun
            order by unserved.billing_period_from
        ) + coalesce(used.periods, 0) as period_no,
    from unserved
    inner join granted
        on
            coalesce(granted.contract_id, unserved.contract_id) = unserved.contract_id
            and coalesce(granted.plan_id, unserved.plan_id) = unserved.plan_id
            and coalesce(granted.fee_id, unserved.fee_id) = unserved.fee_id
            and coalesce(granted.currency, unserved.currency) = unserved.currency
    left join used
        on
            granted.discount_id = used.discount_id and unserved.contract_id = used.contract_id
            and unserved.interval_every = used.interval_every and unserved.interval_unit = used.interval_unit
    left join matched
        on
            granted.discount_id = matched.discount_id and unserved.contract_id = matched.contract_id
            and unserved.fee_id = matched.fee_id and unserved.instance = matched.instance
            and unserved.billing_period_from = matched.period_from
    where
        (granted.percent is not null or granted.fee_id is not null or not unserved.has_own_interval)
        and if(
            unserved.has_begun,
            matched.discount_id is not null,
            unserved.billing_period_from >= granted.starts_on and unserved.billing_period_from < granted.ends_on
        )
    qualify unserved.has_begun or granted.periods is null or period_no <= granted.periods

),

{# Of a whole billing period: percentages, then what is fixed for the fee, then what is fixed for all fees, off one
   after the other. #}
after_own as (

    select
        any_value(unserved) as period,
        greatest(
            cast(
                any_value(unserved.price) * coalesce({{ product_of(
                    'list(cast((100 - discounts.percent) * 0.01 as decimal(20, 12)))'
                    ' filter (where discounts.percent is not null)'
                ) }}, 1) as decimal(38, 12)
            ) - coalesce(sum(discounts.amount) filter (where discounts.percent is null and discounts.is_of_fee), 0), 0
        ) as rest,
        coalesce(
            sum(discounts.amount) filter (where discounts.percent is null and not discounts.is_of_fee), 0
        ) as offered,
    from unserved
    left join discounts using (charge_id, fee_id, instance, billing_period_from)
    group by charge_id, fee_id, instance, billing_period_from

),

paid as (

    select
        period.charge_id,
        sum(rest) over (
            partition by period.charge_id, period.billing_period_from, period.has_own_interval
            order by period.timing, period.fee_no, period.instance
        ) - rest as taken_before,
        rest - least(rest, greatest(offered - taken_before, 0)) as amount,
        {{ exact_divide(
            'cast(amount * period.days as decimal(38, 12))',
            '(period.billing_period_until - period.billing_period_from)'
        ) }} as share,
    from after_own

),

{# Leaving early costs an amount, and a percentage of what the rest of the minimum term would have cost. #}
valued as (

    select
        charges.charge_id,
        {{ priced(
            'coalesce(remaining.amount, 0)', 'cast(coalesce(pieces.rate * 0.01, 0) as decimal(38, 12))'
        ) }} as part_of_rest,
        part_of_rest + coalesce(pieces.fixed_amount, 0) as unrounded_amount,
    from charges
    inner join pieces on charges.charge_id = pieces.charge_id
    left join (
        select charge_id, cast(sum(share) as decimal(38, 12)) as amount, from paid
        group by charge_id
    ) as remaining
        on charges.charge_id = remaining.charge_id

)

select * from valued
