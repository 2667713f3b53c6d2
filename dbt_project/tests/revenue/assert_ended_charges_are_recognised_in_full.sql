-- Fails if a charge whose service is over has not been recognised to the last unit, no more and no less, over all its
-- months.
with

charges as (

    select * from {{ ref('int_charges_net_of_tax') }}

),

schedule as (

    select
        charge_id,
        sum(recognised_amount) as recognised_amount,
    from {{ ref('revenue_schedule') }}
    where not is_future
    group by charge_id

)

select
    charges.charge_id,
    charges.owed_net_amount,
    schedule.recognised_amount,
from charges
left join schedule on charges.charge_id = schedule.charge_id
where
    charges.revenue_until <= charges.night_ends_on
    and charges.owed_net_amount <> coalesce(schedule.recognised_amount, 0)
