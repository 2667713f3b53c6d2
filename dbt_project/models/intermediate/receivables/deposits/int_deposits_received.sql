with

judged as (

    select * from {{ ref('int_deposits_judged') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# A bank day that is not over yet has not happened. #}
received as (

    select
        judged.* exclude (refusal_reason, repeats_payment_id, repeated_by),
        if(judged.is_reversal, -judged.amount, judged.amount) as signed_amount,
    from judged
    cross join run
    where
        judged.refusal_reason is null
        and (judged.direction = 'in' or judged.is_reversal)
        and judged.booked_on <= run.as_of_date

)

select * from received
