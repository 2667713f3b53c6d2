-- Fails if tonight's matches together use more of a deposit, a credit or an open invoice than there is, or are in
-- another currency.
with

proposed as (

    select * from {{ ref('allocations_to_record') }}

),

deposits as (

    select * from {{ ref('int_deposits_resolved') }}

),

documents as (

    select * from {{ ref('int_open_items') }}

),

needs as (

    select
        'deposit' as side,
        payment_id as id,
        currency,
        sum(amount) as needed_amount,
    from proposed
    where kind = 'cash' and rule <> 'reversal'
    group by payment_id, currency
    union all
    select
        'credit note',
        payment_id,
        currency,
        sum(amount),
    from proposed
    where kind = 'credit'
    group by payment_id, currency
    union all
    select
        'invoice',
        document_id,
        currency,
        sum(amount),
    from proposed
    where rule <> 'reversal'
    group by document_id, currency

),

available as (

    select
        'deposit' as side,
        payment_id as id,
        currency,
        unapplied_amount as available_amount,
    from deposits
    union all
    select
        'credit note',
        document_id,
        currency,
        -open_amount,
    from documents
    where document_type = 'credit_note'
    union all
    select
        'invoice',
        document_id,
        currency,
        open_amount,
    from documents
    where document_type = 'invoice'

)

select
    needs.side,
    needs.id,
    needs.currency,
    needs.needed_amount,
    available.available_amount,
from needs
left join available on needs.side = available.side and needs.id = available.id and needs.currency = available.currency
where available.id is null or needs.needed_amount > available.available_amount
