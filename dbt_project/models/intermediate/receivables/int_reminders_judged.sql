with

due as (

    select * from {{ ref('int_reminder_steps_due') }}

),

unused as (

    select * from {{ ref('int_unused_money_summed') }}

),

invoices as (

    select * from {{ ref('int_invoices_aged') }}

),

deposits as (

    select * from {{ ref('int_deposits_judged') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

bank_files_missed as (

    select distinct entity_id from {{ ref('int_bank_files_missed') }}

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
        coalesce(unused.unused_amount, 0) + coalesce(elsewhere.amount, 0) as unused_amount,
        greatest(due.open_amount - greatest(coalesce(unused.unused_amount, 0) + coalesce(elsewhere.amount, 0), 0), 0)
            as open_amount,
        bank_files_missed.entity_id is not null
        or exists (select 1 from deposits where deposits.refusal_reason = 'unknown_account') as is_bank_data_missing,
    from due
    left join bank_files_missed on due.entity_id = bank_files_missed.entity_id
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

),

{# A policy's minimum is an amount of the entity's own currency; other currencies have none. #}
judged as (

    select
        netted.* exclude (overdue_amount, unused_amount, open_amount),
        cast(netted.overdue_amount as decimal(20, 4)) as overdue_amount,
        cast(netted.unused_amount as decimal(20, 4)) as unused_amount,
        cast(netted.open_amount as decimal(20, 4)) as open_amount,
        case
            when netted.set_aside_reason <> 'invoice_not_sent' then netted.set_aside_reason
            when netted.is_bank_data_missing then 'bank_data_missing'
            when coalesce(netted.email, '') = '' then 'no_address'
            when netted.open_amount <= 0 then 'money_waiting'
            when netted.currency = entities.currency and netted.open_amount < netted.minimum_open_amount then 'below_minimum'
            when netted.set_aside_reason is not null then netted.set_aside_reason
            when netted.night_ends_on - netted.last_sent_on < netted.days_between then 'recently_reminded'
        end as suppressed_reason,
    from netted
    left join entities on netted.entity_id = entities.entity_id

)

select * from judged
