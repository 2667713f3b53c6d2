-- Fails if, at a close, the deferred or the unbilled account is not the sum of the revenue schedule's balances at the month's end.
with

postings as (

    select * from {{ ref('int_account_balances_reached') }}

),

schedule as (

    select * from {{ ref('revenue_schedule') }}

),

closing as (

    select
        entity_id,
        max(month) as month,
    from {{ ref('int_months_to_close') }}
    group by entity_id

),

standing as (

    select schedule.*
    from schedule
    inner join closing on schedule.entity_id = closing.entity_id and schedule.month = closing.month

),

united as (

    select entity_id, currency, role, signed_amount as difference from postings
    where role in ('deferred_revenue', 'unbilled_revenue')
    union all
    select entity_id, currency, 'deferred_revenue', deferred_amount from standing
    union all
    select entity_id, currency, 'unbilled_revenue', -unbilled_amount from standing

)

select
    entity_id,
    currency,
    role,
    sum(difference) as difference,
from united
group by entity_id, currency, role
having sum(difference) != 0
