with

judged as (

    select * from {{ ref('int_reminders_judged') }}

),

listed as (

    select
        customer_id,
        policy,
        step,
        oldest_due_date,
        open_amount,
        currency,
        action,
        suppressed_reason,
        days_past_due,
        unused_amount,
        last_sent_on,
        oldest_document_number,
        entity_id,
        overdue_amount,
    from judged

)

select * from listed
