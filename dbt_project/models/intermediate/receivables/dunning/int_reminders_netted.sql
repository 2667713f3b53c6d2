with

due as (

    select * from {{ ref('int_reminder_steps_due') }}

),

unused as (

    select * from {{ ref('int_unapplied_money_by_payer') }}

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

{# Money on another seller's account, where its payer owes nothing, was meant for this one. #}
elsewhere as (

    select
        due.customer_id,
        due.entity_id,
        due.currency,
        sum(unused.deposit_amount) as amount,
    from due
    inner join unused
        on due.customer_id = unused.customer_id and due.currency = unused.currency and due.entity_id <> unused.entity_id
    where
        unused.deposit_amount > 0
        and not exists (
            select 1 from invoices
            where
                invoices.customer_id = unused.customer_id
                and invoices.entity_id = unused.entity_id
                and invoices.currency = unused.currency
        )
    group by due.customer_id, due.entity_id, due.currency

),

{# Money that has come is not asked for again. #}
netted as (

    select
        due.* exclude (open_amount),
        due.open_amount as overdue_amount,
        cast(coalesce(unused.unused_amount, 0) + coalesce(elsewhere.amount, 0) as decimal(20, 4)) as unused_amount,
        cast(
            greatest(due.open_amount - greatest(coalesce(unused.unused_amount, 0) + coalesce(elsewhere.amount, 0), 0), 0)
            as decimal(20, 4)
        ) as open_amount,
    from due
    left join unused
        on
            due.customer_id = unused.customer_id
            and due.entity_id = unused.entity_id
            and due.currency = unused.currency
    left join elsewhere
        on
            due.customer_id = elsewhere.customer_id
            and due.entity_id = elsewhere.entity_id
            and due.currency = elsewhere.currency

)

select * from netted
