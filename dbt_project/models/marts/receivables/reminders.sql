with

recorded as (

    select * from {{ ref('int_reminders_recorded') }}

),

sent as (

    select
        customer_id,
        policy,
        step,
        currency,
        document_id,
        document_number,
        state,
        sent_at,
        sent_on,
        mail_key,
        attempt,
    from recorded

)

select * from sent
