with

judged as (

    select * from {{ ref('int_deposits_judged') }}

),

listed as (

    select
        payment_id,
        repeats_payment_id,
        repeated_by,
        source,
        account,
        booked_on as deposit_date,
        cast(amount as decimal(20, 4)) as amount,
        currency,
        direction,
        bank_transaction_id,
        file_name,
        line_no,
    from judged
    where refusal_reason = 'repeated'

)

select * from listed
