-- Fails if a journal entry, posted or about to be, does not balance in each currency.
with

posted as (

    select * from {{ ref('journal_entries') }}

),

to_post as (

    select * from {{ ref('entries_to_post') }}

),

united as (

    select entry_id, currency, side, amount from posted
    union all
    select entry_id, currency, side, amount from to_post

)

select
    entry_id,
    currency,
    sum(case side when 'debit' then amount else -amount end) as difference,
from united
group by entry_id, currency
having sum(case side when 'debit' then amount else -amount end) <> 0 or min(amount) <= 0
