with

documents_due as (

    select * from {{ ref('int_document_mails_due') }}

),

reminders_due as (

    select * from {{ ref('int_reminder_mails_due') }}

),

notices as (

    select * from {{ ref('notices_to_send') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

sellers as (

    select * from {{ ref('int_sellers_presented') }}

),

attempted as (

    select * from {{ ref('int_mails_attempted') }}

),

{# What the notice says, to whom, and from the seller of the contract that it is about. #}
notices_due as (

    select
        notices.mail_key,
        notices.purpose,
        notices.purpose as template,
        customers.locale,
        customers.email as recipient,
        customers.cc_emails as cc,
        cast(null as varchar) as document_id,
        cast(null as varchar) as document_number,
        customers.customer_id,
        cast(null as varchar) as policy,
        cast(null as integer) as step,
        notices.payment_method_id,
        cast(json_merge_patch(
            notices.facts, to_json({ 'customer_name': customers.name, 'seller': sellers.seller })
        ) as varchar) as payload,
    from notices
    inner join customers on notices.customer_id = customers.customer_id
    left join contracts on notices.contract_id = contracts.contract_id
    left join sellers on coalesce(contracts.entity_id, customers.entity_id) = sellers.entity_id
    where customers.email <> ''

),

united as (

    select * from documents_due
    union all
    select * from reminders_due
    union all
    select * from notices_due

),

{# Only what failed may be tried again; a mail in doubt waits for a person. #}
settled as (

    select distinct mail_key
    from attempted
    where state <> 'failed'

),

to_send as (

    select united.*
    from united
    left join settled on united.mail_key = settled.mail_key
    where settled.mail_key is null

)

select * from to_send
