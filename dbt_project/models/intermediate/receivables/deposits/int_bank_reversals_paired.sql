with

{# Money received, and its cancellations. #}
received as (

    select
        payment_id,
        is_reversal,
        account,
        currency,
        amount,
        coalesce(payer_key, '') as payer_key,
        row_number() over (order by booked_on, is_reversal, received_at, file_name, line_no) as position,
    from {{ ref('int_deposits_judged') }}
    where is_received

),

{# Deposits open a bracket and reversals close one: a reversal belongs to the latest equal deposit that still stands. #}
levelled as (

    select
        *,
        sum(case when is_reversal then -1 else 1 end) over (
            partition by account, currency, amount, payer_key order by position
        ) + case when is_reversal then 1 else 0 end as level,
    from received

),

opening as (

    select * from levelled where not is_reversal

),

closing as (

    select * from levelled where is_reversal

),

paired as (

    select
        closing.payment_id as reversal_payment_id,
        opening.payment_id,
    from closing
    asof inner join opening
        on
            closing.account = opening.account
            and closing.currency = opening.currency
            and closing.amount = opening.amount
            and closing.payer_key = opening.payer_key
            and closing.level = opening.level
            and closing.position >= opening.position

)

select * from paired
