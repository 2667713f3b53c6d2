with

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

mails as (

    select * from {{ ref('int_mails_attempted') }}

),

suggested as (

    select * from {{ ref('int_matches_suggested') }}

),

{# Nobody is asked for what was never handed over to a mail server, or what an unknown payer's money may have paid. #}
sent as (

    select document_id
    from mails
    where purpose = 'invoice' and state = 'accepted'
    union
    select document_id
    from documents
    where is_opening

),

overdue as (

    select
        invoices.* exclude (set_aside_reason),
        case
            when invoices.set_aside_reason is not null then invoices.set_aside_reason
            when invoices.document_id in (
                select suggested.document_id from suggested where suggested.may_be_paid
            ) then 'payment_suggested'
            when sent.document_id is null then 'invoice_not_sent'
        end as set_aside_reason,
    from invoices
    left join sent on invoices.document_id = sent.document_id
    where invoices.days_past_due > 0

),

{# What is set aside is not asked for; if nothing else is overdue, its reason stands for the customer. A seller asks for
   its own invoices only. #}
asked_for as (

    select *
    from overdue
    qualify
        set_aside_reason is null
        or count(*) filter (where set_aside_reason is null) over (partition by customer_id, entity_id, currency) = 0

),

gathered as (

    select
        customer_id,
        entity_id,
        currency,
        min(due_date) as oldest_due_date,
        min_by(document_id, (due_date, invoice_date, document_id)) as oldest_document_id,
        min_by(document_number, (due_date, invoice_date, document_id)) as oldest_document_number,
        min_by(issued_to_customer_id, (due_date, invoice_date, document_id)) as oldest_issued_to_customer_id,
        min_by(set_aside_reason, (due_date, invoice_date, document_id)) as set_aside_reason,
        max(days_past_due) as days_past_due,
        cast(sum(open_amount) as decimal(20, 4)) as open_amount,
        list(document_id order by due_date, invoice_date, document_id) as document_ids,
        any_value(night_ends_on) as night_ends_on,
    from asked_for
    group by customer_id, entity_id, currency

)

select * from gathered
