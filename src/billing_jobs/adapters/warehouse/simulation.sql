-- Both sides of a simulation, net of tax, as tables: charge by charge, and summed by customer, month, fee and currency.
create temp macro percent_of(delta, amount) as
    case
        when amount = 0 then null
        else cast(
            cast(sign(delta) as decimal(1, 0))
            * cast(
                (2 * 10000 * cast(abs(delta) * 10000 as hugeint) + cast(abs(amount) * 10000 as hugeint))
                // (2 * cast(abs(amount) * 10000 as hugeint)) as decimal(18, 0)
            ) * 0.01
            as decimal(20, 2)
        )
    end;

create temp macro verdict_of(delta) as
    case when delta > 0 then 'pays_more' when delta < 0 then 'pays_less' else 'same' end;

create temp table charges as
with sides as (
    select *, owed_net_amount as current_amount, 0 as simulated_amount from current.int_charges_net_of_tax
    union all by name
    select *, 0 as current_amount, owed_net_amount as simulated_amount from proposed.int_charges_net_of_tax
)
select
    customer_id,
    contract_id,
    plan_id,
    fee_id,
    coalesce(credit_block_id, instance) as instance,
    kind,
    period_from,
    period_until,
    currency,
    cast(sum(current_amount) as decimal(20, 4)) as current_amount,
    cast(sum(simulated_amount) as decimal(20, 4)) as simulated_amount,
    cast(sum(simulated_amount) - sum(current_amount) as decimal(20, 4)) as delta
from sides
where period_from >= cast(getvariable('begins') as date) and period_from < cast(getvariable('ends') as date)
group by all
having sum(current_amount) <> 0 or sum(simulated_amount) <> 0;

create temp table customers as
with summed as (
    select
        customer_id,
        currency,
        cast(sum(current_amount) as decimal(20, 4)) as current_amount,
        cast(sum(simulated_amount) as decimal(20, 4)) as simulated_amount,
        cast(sum(delta) as decimal(20, 4)) as delta
    from charges
    group by customer_id, currency
)
select *, percent_of(delta, current_amount) as delta_percent, verdict_of(delta) as verdict from summed;

create temp table months as
select
    currency,
    cast(date_trunc('month', period_from) as date) as month,
    cast(sum(current_amount) as decimal(20, 4)) as current_amount,
    cast(sum(simulated_amount) as decimal(20, 4)) as simulated_amount
from charges
group by all;

create temp table fees as
select
    currency,
    plan_id,
    fee_id,
    cast(sum(current_amount) as decimal(20, 4)) as current_amount,
    cast(sum(simulated_amount) as decimal(20, 4)) as simulated_amount,
    cast(sum(delta) as decimal(20, 4)) as delta,
    percent_of(sum(delta), sum(current_amount)) as delta_percent
from charges
group by all;

-- Contracts that the other catalog cannot price at all (it lacks their plan): their whole amount would be missing,
-- which is no saving.
create temp table unpriced as
select
    currency,
    count(distinct contract_id) as contract_count
from charges
where contract_id <> '' and contract_id not in (select contract_id from proposed.int_charges_net_of_tax)
group by currency;

create temp table totals as
select
    customers.currency,
    count(*) as customer_count,
    count(*) filter (where verdict = 'pays_more') as more_count,
    count(*) filter (where verdict = 'pays_less') as less_count,
    count(*) filter (where verdict = 'same') as same_count,
    cast(sum(current_amount) as decimal(20, 4)) as current_amount,
    cast(sum(simulated_amount) as decimal(20, 4)) as simulated_amount,
    cast(sum(delta) as decimal(20, 4)) as delta,
    percent_of(sum(delta), sum(current_amount)) as delta_percent,
    coalesce(any_value(unpriced.contract_count), 0) as unpriced_count
from customers
left join unpriced on customers.currency = unpriced.currency
group by customers.currency;
