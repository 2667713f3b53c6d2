with

overdue as (

    select * from {{ ref('int_overdue_payers') }}

),

reminders as (

    select * from {{ ref('int_reminders_recorded') }}

),

customer_merges as (

    select * from {{ ref('int_customer_merges_followed') }}

),

{# Whoever has answered for the oldest invoice: the customer, and of a merged one all from whom it was issued to on. #}
answering as (

    select
        customer_id,
        entity_id,
        currency,
        customer_id as reminded_id,
    from overdue

    union

    select
        overdue.customer_id,
        overdue.entity_id,
        overdue.currency,
        customer_merges.survivor_id,
    from overdue
    inner join customer_merges on overdue.oldest_issued_to_customer_id = customer_merges.customer_id
    where customer_merges.valid_from < overdue.night_ends_on

),

{# How far a customer has been reminded of what is overdue now: only mails after the oldest due day count. #}
reminded as (

    select
        overdue.customer_id,
        overdue.entity_id,
        overdue.currency,
        max(reminders.step) as last_step,
        max(reminders.sent_on) as last_sent_on,
    from overdue
    inner join answering
        on
            overdue.customer_id = answering.customer_id
            and overdue.entity_id = answering.entity_id
            and overdue.currency = answering.currency
    inner join reminders
        on
            answering.reminded_id = reminders.customer_id
            and overdue.entity_id = reminders.entity_id
            and overdue.currency = reminders.currency
            and overdue.oldest_due_date < reminders.sent_on
    group by overdue.customer_id, overdue.entity_id, overdue.currency

)

select * from reminded
