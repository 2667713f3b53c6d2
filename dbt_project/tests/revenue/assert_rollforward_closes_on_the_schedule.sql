-- Fails if a month's opening + billed + recognised + adjusted is not the sum of the balances that the schedule gives
-- for its end.
with

rollforward as (

    select * from {{ ref('deferred_revenue_rollforward') }}

),

schedule as (

    select
        currency,
        month,
        sum(deferred_amount - unbilled_amount) as balance,
    from {{ ref('revenue_schedule') }}
    where not is_future
    group by currency, month

)

select
    rollforward.currency,
    rollforward.month,
    rollforward.closing,
    schedule.balance,
from rollforward
left join schedule on rollforward.currency = schedule.currency and rollforward.month = schedule.month
where
    rollforward.closing <> coalesce(schedule.balance, 0)
    or rollforward.closing <> rollforward.opening + rollforward.billed + rollforward.recognised + rollforward.adjusted
