with

mails as (

    select * from {{ ref('int_mails_attempted') }}

),

erasures as (

    select * from {{ ref('stg_crm__erasures') }}

),

delivered as (

    select
        document_number,
        purpose,
        if(customer_id in (select erasures.customer_id from erasures), 'erased', recipient) as recipient,
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
