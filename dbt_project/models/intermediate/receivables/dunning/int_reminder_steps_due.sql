with

overdue as (

    select * from {{ ref('int_overdue_payers') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

reminders as (

    select * from {{ ref('int_reminders_recorded') }}

),

customer_merges as (

    select * from {{ ref('int_customer_merges_followed') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

policies as (

    select * from {{ ref('stg_catalog__dunning_policies') }}

),

steps as (

    select * from {{ ref('stg_catalog__dunning_steps') }}

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

),

{# The lowest step not yet sent, and only that one: no step is skipped, however late we are. #}
next_steps as (

    select
        overdue.*,
        policies.policy_id as policy,
        customers.email,
        policies.minimum_open_amount,
        policies.minimum_open_amounts,
        policies.days_between,
        reminded.last_sent_on,
        steps.step,
        steps.days_after_due,
        steps.action,
        steps.template,
    from overdue
    inner join customers on overdue.customer_id = customers.customer_id
    inner join entities on overdue.entity_id = entities.entity_id
    inner join policies on coalesce(customers.own_dunning_policy_id, entities.dunning_policy_id) = policies.policy_id
    inner join steps on policies.policy_id = steps.policy_id
    left join reminded
        on
            overdue.customer_id = reminded.customer_id
            and overdue.entity_id = reminded.entity_id
            and overdue.currency = reminded.currency
    where steps.step > coalesce(reminded.last_step, 0)
    qualify
        row_number() over (
            partition by overdue.customer_id, overdue.entity_id, overdue.currency order by steps.step
        ) = 1

),

due as (

    select *
    from next_steps
    where days_past_due >= days_after_due

)

select * from due
