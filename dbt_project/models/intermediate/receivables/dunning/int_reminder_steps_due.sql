with

overdue as (

    select * from {{ ref('int_overdue_payers') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

reminded as (

    select * from {{ ref('int_reminders_counted') }}

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
