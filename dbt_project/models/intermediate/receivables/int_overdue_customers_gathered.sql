with

invoices as (

    select * from {{ ref('int_invoices_aged') }}

),

overdue as (

    select *
    from invoices
    where days_past_due > 0

),

{# What is disputed, promised or on hold is not asked for; if nothing else is overdue, its reason stands for the
   customer. #}
asked_for as (

    select *
    from overdue
    qualify
        set_aside_reason is null
        or count(*) filter (where set_aside_reason is null) over (partition by customer_id, currency) = 0

),

gathered as (

    select
        customer_id,
        currency,
        min(due_date) as oldest_due_date,
        min_by(document_id, (due_date, invoice_date, document_id)) as oldest_document_id,
        min_by(document_number, (due_date, invoice_date, document_id)) as oldest_document_number,
        min_by(issued_to_customer_id, (due_date, invoice_date, document_id)) as oldest_issued_to_customer_id,
        min_by(entity_id, (due_date, invoice_date, document_id)) as entity_id,
        min_by(set_aside_reason, (due_date, invoice_date, document_id)) as set_aside_reason,
        max(days_past_due) as days_past_due,
        cast(sum(open_amount) as decimal(20, 4)) as open_amount,
        list(document_id order by due_date, invoice_date, document_id) as document_ids,
        any_value(night_ends_on) as night_ends_on,
    from asked_for
    group by customer_id, currency

)

select * from gathered
