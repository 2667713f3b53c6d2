-- Fails if a row's total is not its buckets less unused money, or if the totals of a currency are not what documents
-- have open less the money of known payers that nothing has used yet.
with

aging as (

    select * from {{ ref('receivables_aging') }}

),

documents as (

    select * from {{ ref('int_open_items') }}

),

payments as (

    select * from {{ ref('payments') }}

),

rows_that_do_not_add_up as (

    select
        customer_id,
        currency,
        total - (current + days_1_30 + days_31_60 + days_61_90 + days_91_120 + days_over_120 - unapplied) as difference,
    from aging

),

united as (

    select currency, total as difference from aging
    union all
    select currency, -open_amount from documents
    union all
    select currency, unapplied_amount from payments
    where customer_id is not null

),

currencies_that_do_not_tie as (

    select
        'all customers' as customer_id,
        currency,
        sum(difference) as difference,
    from united
    group by currency

)

select * from rows_that_do_not_add_up
where difference <> 0
union all
select * from currencies_that_do_not_tie
where difference <> 0
