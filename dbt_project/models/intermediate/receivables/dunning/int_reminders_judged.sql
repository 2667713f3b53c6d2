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
        cast(coalesce(unused.unused_amount, 0) + coalesce(elsewhere.amount, 0) as decimal(20, 4)) as unused_amount,
        cast(
            greatest(
                due.open_amount - greatest(coalesce(unused.unused_amount, 0) + coalesce(elsewhere.amount, 0), 0), 0
            )
            as decimal(20, 4)
        ) as open_amount,
    from due
    left join unused using (customer_id, entity_id, currency)
    left join elsewhere using (customer_id, entity_id, currency)

),

{# Who waits for a mend of ours is not pressed meanwhile. #}
in_doubt as (

    select distinct customer_id
    from {{ ref('int_claims_broken') }}
    where document_id <> ''

),

{# Money on an account that nobody has may be anybody's. #}
unplaced as (

    select count(*) as deposit_count
    from deposits
    where refusal_reason = 'unknown_account'

),

{# A policy's minimum that is one number is an amount of the entity's own currency; any other currency has none. #}
judged as (

    select
        netted.*,
        case
            when netted.set_aside_reason <> 'invoice_not_sent' then netted.set_aside_reason
            when in_doubt.customer_id is not null then 'in_doubt'
            when bank_files_missed.entity_id is not null or unplaced.deposit_count > 0 then 'bank_data_missing'
            when coalesce(netted.email, '') = '' then 'no_address'
            when netted.open_amount <= 0 then 'money_waiting'
            when
                netted.open_amount < coalesce(
                    {{ limit_in_currency('netted.minimum_open_amounts', 'netted.currency') }},
                    if(netted.currency = entities.currency, netted.minimum_open_amount, 0)
                )
                then 'below_minimum'
            when netted.set_aside_reason is not null then netted.set_aside_reason
            when netted.night_ends_on - netted.last_sent_on < netted.days_between then 'recently_reminded'
        end as suppressed_reason,
    from netted
    cross join unplaced
    left join in_doubt on netted.customer_id = in_doubt.customer_id
    left join bank_files_missed on netted.entity_id = bank_files_missed.entity_id
    left join entities on netted.entity_id = entities.entity_id

)

select * from judged
