with

mails as (

    select * from {{ ref('int_mails_attempted') }}

),

delivered as (

    select
        document_number,
        purpose,
        recipient,
        state,
        sent_at,
        customer_id,
        document_id,
        payment_method_id,
        policy,
        step,
        mail_key,
        attempt,
        message_id,
        error,
    from mails

)

select * from delivered
