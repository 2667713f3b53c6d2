with

documents as (

    select * from {{ ref('int_open_items') }}

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

matched as (

    select * from {{ ref('int_deposits_matched') }}

),

{# Credits and invoices of a customer lie end to end; where the two rows overlap, one pays the other. #}
credits_laid_out as (

    select
        *,
        -open_amount as credit_amount,
        sum(-open_amount) over (
            partition by customer_id, currency, entity_id order by invoice_date, document_id
        ) as reaches_until,
    from documents
    where document_type = 'credit_note' and open_amount < 0

),

invoices_laid_out as (

    select
        *,
        sum(open_amount) over (
            partition by customer_id, currency, entity_id order by due_date, invoice_date, document_id
        ) as reaches_until,
    from invoices
    where document_id not in (select matched.document_id from matched)

),

overlapping as (

    select
        credits_laid_out.document_id as payment_id,
        invoices_laid_out.document_id,
        invoices_laid_out.currency,
        least(credits_laid_out.reaches_until, invoices_laid_out.reaches_until) - greatest(
            credits_laid_out.reaches_until - credits_laid_out.credit_amount,
            invoices_laid_out.reaches_until - invoices_laid_out.open_amount
        ) as amount,
    from credits_laid_out
    inner join invoices_laid_out
        on
            credits_laid_out.customer_id = invoices_laid_out.customer_id
            and credits_laid_out.currency = invoices_laid_out.currency
            and credits_laid_out.entity_id = invoices_laid_out.entity_id

),

applied as (

    select
        payment_id,
        document_id,
        cast(amount as decimal(20, 4)) as amount,
        currency,
        'credit' as kind,
        'credit' as rule,
    from overlapping
    where amount > 0

)

select * from applied
