with

found as (

    select * from {{ ref('int_short_payments') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

fees as (

    select * from {{ ref('stg_catalog__bank_fee_amounts') }}

),

{# Only where we bear the fee, for an amount that banks charge, up to the limit of that money: numbers without a
   currency are the entity's. #}
allowed as (

    select found.*
    from found
    inner join customers on found.customer_id = customers.customer_id
    inner join entities on found.entity_id = entities.entity_id
    inner join fees
        on
            found.entity_id = fees.entity_id
            and found.currency = coalesce(fees.currency, entities.currency)
            and found.shortage = fees.amount
    where
        customers.fee_bearer = 'seller'
        and found.shortage <= coalesce(
            {{ limit_in_currency('entities.bank_fee_limits', 'found.currency') }},
            if(found.currency = entities.currency, entities.bank_fee_limit, null)
        )
    qualify
        count(distinct found.candidate) over (partition by found.payment_id) = 1
        and min(found.open_amount - found.fee_amount) over (partition by found.payment_id) > 0

),

{# Of equal invoices the oldest is paid, and by the next deposit the next. #}
chosen as (

    select
        *,
        row_number() over (
            partition by payment_id order by is_contested, due_date, invoice_date, document_id
        ) as invoice_turn,
        dense_rank() over (
            partition by customer_id, entity_id, currency, candidate order by value_on, payment_id
        ) as deposit_turn,
    from allowed
    qualify candidate = 'all' or invoice_turn = deposit_turn

),

turns as (

    select
        *,
        row_number() over (partition by document_id order by value_on, payment_id) as turn,
    from chosen

),

first_in_turn as (

    select *
    from turns
    qualify max(turn) over (partition by payment_id) = 1

),

parts as (

    select
        *,
        'cash' as kind,
        open_amount - fee_amount as part_amount,
    from first_in_turn
    union all
    select
        *,
        'bank_fee',
        fee_amount,
    from first_in_turn
    where fee_amount > 0

),

matched as (

    select
        payment_id,
        document_id,
        cast(part_amount as decimal(20, 4)) as amount,
        currency,
        kind,
        'bank_fee' as rule,
    from parts

)

select * from matched
