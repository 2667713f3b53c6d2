-- Fails if a step is on the list whose predecessor was never sent for what is overdue now: a customer would jump to a
-- harsher letter.
with

due as (

    select * from {{ ref('int_reminder_steps_due') }}

),

steps as (

    select * from {{ ref('stg_catalog__dunning_steps') }}

),

reminders as (

    select * from {{ ref('int_reminders_recorded') }}

),

customer_merges as (

    select * from {{ ref('int_customer_merges_followed') }}

),

{# Mails to whom a customer was before a merge are mails to the customer. #}
received as (

    select
        due.customer_id,
        due.entity_id,
        due.currency,
        max(reminders.step) as last_step,
    from due
    inner join reminders
        on
            due.currency = reminders.currency
            and due.entity_id = reminders.entity_id
            and due.oldest_due_date < reminders.sent_on
            and (
                due.customer_id = reminders.customer_id
                or exists (
                    select 1 from customer_merges
                    where
                        customer_merges.survivor_id = due.customer_id
                        and customer_merges.customer_id = reminders.customer_id
                )
            )
    group by due.customer_id, due.entity_id, due.currency

)

select
    due.customer_id,
    due.currency,
    due.step,
    steps.step as skipped_step,
from due
inner join steps on due.policy = steps.policy_id and due.step > steps.step
left join received
    on
        due.customer_id = received.customer_id and due.entity_id = received.entity_id
        and due.currency = received.currency
where coalesce(received.last_step, 0) < steps.step
