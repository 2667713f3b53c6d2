with

documents_due as (

    select * from {{ ref('int_document_mails_due') }}

),

reminders_due as (

    select * from {{ ref('int_reminder_mails_due') }}

),

expiring_cards as (

    select * from {{ ref('expiring_cards') }}

),

payment_methods as (

    select * from {{ ref('int_payment_methods_resolved') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

sellers as (

    select * from {{ ref('int_sellers_presented') }}

),

attempted as (

    select * from {{ ref('int_mails_attempted') }}

),

cards_due as (

    select
        {{ make_id([
            "'card_expiry'", 'cards.payment_method_id', 'cards.card_exp_year', 'cards.card_exp_month',
        ]) }} as mail_key,
        'card_expiry' as purpose,
        'card_expiry' as template,
        customers.locale,
        customers.email as recipient,
        customers.cc_emails as cc,
        cast(null as varchar) as document_id,
        cast(null as varchar) as document_number,
        customers.customer_id,
        cast(null as varchar) as policy,
        cast(null as integer) as step,
        cards.payment_method_id,
        cast(to_json({
            'customer_name': customers.name,
            'card_brand': cards.card_brand,
            'card_last4': cards.card_last4,
            'card_exp_month': cards.card_exp_month,
            'card_exp_year': cards.card_exp_year,
            'seller': sellers.seller
        }) as varchar) as payload,
    from payment_methods as cards
    inner join expiring_cards on cards.payment_method_id = expiring_cards.payment_method_id
    inner join customers on cards.customer_id = customers.customer_id
    left join sellers on customers.entity_id = sellers.entity_id
    where customers.email != ''

),

united as (

    select * from documents_due
    union all
    select * from reminders_due
    union all
    select * from cards_due

),

{# Only what failed may be tried again; a mail in doubt waits for a person. #}
settled as (

    select distinct mail_key
    from attempted
    where state != 'failed'

),

to_send as (

    select united.*
    from united
    left join settled on united.mail_key = settled.mail_key
    where settled.mail_key is null

)

select * from to_send
