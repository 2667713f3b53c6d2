with

mails as (

    select * from {{ ref('int_mails_attempted') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

{# A reminder names the oldest invoice it is about; that invoice says the currency and the seller's calendar. #}
recorded as (

    select
        mails.mail_key,
        mails.attempt,
        mails.customer_id,
        documents.entity_id,
        documents.currency,
        mails.policy,
        mails.step,
        mails.document_id,
        mails.document_number,
        mails.recipient,
        mails.state,
        mails.sent_at,
        cast(timezone(entities.time_zone, mails.sent_at) as date) as sent_on,
    from mails
    inner join documents on mails.document_id = documents.document_id
    inner join entities on documents.entity_id = entities.entity_id
    where mails.purpose = 'reminder' and mails.state in ('accepted', 'in_doubt')

)

select * from recorded
