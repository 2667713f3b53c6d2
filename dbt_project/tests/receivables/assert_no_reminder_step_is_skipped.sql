-- Fails if a step is on the list whose predecessor was never sent for what is overdue now: a customer would jump to a harsher letter.
with

due as (

    select * from {{ ref('int_reminder_steps_due') }}

),

steps as (

    select * from {{ ref('stg_catalog__dunning_steps') }}

),

reminders as (

    select * from {{ ref('reminders') }}

)

select
    due.customer_id,
    due.currency,
    due.step,
    steps.step as skipped_step,
from due
inner join steps on due.policy = steps.policy_id and due.step > steps.step
left join reminders
    on
        due.customer_id = reminders.customer_id
        and due.currency = reminders.currency
        and due.oldest_due_date < reminders.sent_on
group by due.customer_id, due.currency, due.step, steps.step
having coalesce(max(reminders.step), 0) < steps.step
