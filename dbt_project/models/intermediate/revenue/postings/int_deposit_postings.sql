with

{# Money belongs to the seller whose bank account received it. #}
received as (

    select * from {{ ref('int_deposits_judged') }} where is_received

),

derived as (

    select *, 'bank' as role, signed_amount as posted_amount from received
    union all
    select *, 'unapplied_receipts', -signed_amount from received

),

named as (

    select
        'deposit' as source_type,
        payment_id as source_id,
        entity_id,
        cast(date_trunc('month', booked_on) as date) as event_month,
        role,
        '' as product,
        '' as department,
        currency,
        cast(posted_amount as decimal(20, 4)) as signed_amount,
    from derived
    where posted_amount <> 0

)

select * from named
