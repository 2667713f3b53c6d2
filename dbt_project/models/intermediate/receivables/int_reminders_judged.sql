with

due as (

    select * from {{ ref('int_reminder_steps_due') }}

),

unused as (

    select * from {{ ref('int_unused_money_summed') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

bank_files_missed as (

    select distinct entity_id from {{ ref('int_bank_files_missed') }}

),

{# Who waits for a mend of ours is not pressed meanwhile. #}
in_doubt as (

    select distinct customer_id
    from {{ ref('int_claims_broken') }}
    where document_id <> ''

),

{# A policy's minimum is an amount of the entity's own currency; other currencies have none. #}
judged as (

    select
        due.*,
        coalesce(unused.unused_amount, 0) as unused_amount,
        case
            when due.set_aside_reason is not null then due.set_aside_reason
            when in_doubt.customer_id is not null then 'in_doubt'
            when bank_files_missed.entity_id is not null then 'bank_data_missing'
            when coalesce(due.email, '') = '' then 'no_address'
            when due.currency = entities.currency and due.open_amount < due.minimum_open_amount then 'below_minimum'
            when coalesce(unused.unused_amount, 0) >= due.open_amount then 'money_waiting'
            when due.night_ends_on - due.last_sent_on < due.days_between then 'recently_reminded'
        end as suppressed_reason,
    from due
    left join in_doubt on due.customer_id = in_doubt.customer_id
    left join bank_files_missed on due.entity_id = bank_files_missed.entity_id
    left join entities on due.entity_id = entities.entity_id
    left join unused on due.customer_id = unused.customer_id and due.currency = unused.currency

)

select * from judged
