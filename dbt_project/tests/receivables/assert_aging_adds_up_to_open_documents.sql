-- Fails if the aging of a currency is not what documents have open less the money of known payers that nothing has used yet.
with

aging as (

    select * from {{ ref('receivables_aging') }}

),

documents as (

    select * from {{ ref('int_documents_opened') }}

),

payments as (

    select * from {{ ref('payments') }}

),

united as (

    select currency, current + days_1_30 + days_31_60 + days_61_90 + days_91_120 + days_over_120 - unapplied as difference
    from aging
    union all
    select currency, -open_amount from documents
    union all
    select currency, unapplied_amount from payments
    where customer_id is not null
    union all
    select currency, total - (current + days_1_30 + days_31_60 + days_61_90 + days_91_120 + days_over_120 - unapplied) from aging

)

select
    currency,
    sum(difference) as difference,
from united
group by currency
having sum(difference) != 0
