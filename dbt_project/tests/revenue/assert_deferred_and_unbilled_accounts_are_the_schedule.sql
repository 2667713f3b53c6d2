-- Fails if, at a close, the deferred or the unbilled account is not the sum of the revenue schedule's balances at the
-- month's end.
with

postings as (

    select * from {{ ref('int_trial_balance') }}

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

{# One account may hold both, and then it holds their sum; one that stands for anything else tells nothing of them. #}
accounts as (

    select
        account,
        role,
        bool_and(role in ('deferred_revenue', 'unbilled_revenue')) over (partition by account) as is_told,
    from {{ ref('int_posting_accounts') }}

),

expected as (

    select entity_id, currency, 'deferred_revenue' as role, deferred_amount as amount from standing
    union all
    select entity_id, currency, 'unbilled_revenue' as role, -unbilled_amount as amount from standing

),

united as (

    select entity_id, currency, account, signed_amount as difference from postings
    where list_has_all(['deferred_revenue', 'unbilled_revenue'], roles)
    union all
    select expected.entity_id, expected.currency, accounts.account, expected.amount
    from expected
    inner join accounts on expected.role = accounts.role
    where accounts.is_told

)

select
    entity_id,
    currency,
    account,
    sum(difference) as difference,
from united
group by entity_id, currency, account
having sum(difference) <> 0
