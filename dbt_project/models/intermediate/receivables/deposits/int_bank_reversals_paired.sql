with

deposits as (

    select * from {{ ref('int_deposits_received') }}

),

{# Money received, and its cancellations. #}
received as (

    select
        deposits.payment_id,
        deposits.is_reversal,
        deposits.account,
        deposits.currency,
        deposits.amount,
        coalesce(deposits.payer_key, '') as payer_key,
        row_number() over (
            order by deposits.booked_on, deposits.is_reversal, deposits.received_at, deposits.file_name, deposits.line_no
        ) as position,
    from deposits

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
