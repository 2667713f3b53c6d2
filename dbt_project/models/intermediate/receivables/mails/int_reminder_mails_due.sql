with

judged as (

    select * from {{ ref('int_reminders_judged') }}

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

sellers as (

    select * from {{ ref('int_sellers_presented') }}

),

to_remind as (

    select *
    from judged
    where suppressed_reason is null and action = 'mail'

),

asked_for as (

    select
        to_remind.customer_id,
        to_remind.entity_id,
        to_remind.currency,
        list({
            'document_number': invoices.document_number,
            'invoice_date': invoices.invoice_date,
            'due_date': invoices.due_date,
            'total_amount': cast(invoices.total_amount as varchar),
            'open_amount': cast(invoices.open_amount as varchar)
        } order by invoices.due_date, invoices.document_number) as invoices,
    from to_remind
    inner join invoices
        on
            to_remind.customer_id = invoices.customer_id
            and list_contains(to_remind.document_ids, invoices.document_id)
    group by to_remind.customer_id, to_remind.entity_id, to_remind.currency

),

addressed as (

    select
        to_remind.*,
        customers.locale,
        customers.email as recipient,
        customers.cc_emails as cc,
        to_json({
            'customer_name': customers.name,
            'currency': to_remind.currency,
            'open_amount': cast(to_remind.open_amount as varchar),
            'received_amount': cast(greatest(to_remind.unused_amount, 0) as varchar),
            'oldest_due_date': to_remind.oldest_due_date,
            'days_past_due': to_remind.days_past_due,
            'invoices': asked_for.invoices,
            'seller': sellers.seller
        }) as payload,
    from to_remind
    inner join customers on to_remind.customer_id = customers.customer_id
    inner join asked_for
        on
            to_remind.customer_id = asked_for.customer_id
            and to_remind.entity_id = asked_for.entity_id
            and to_remind.currency = asked_for.currency
    left join sellers on to_remind.entity_id = sellers.entity_id

),

due as (

    select
        {{ make_plain_id([
            "'reminder'", 'customer_id', 'currency', 'policy', 'step', 'oldest_document_id',
        ]) }} as mail_key,
        'reminder' as purpose,
        template,
        locale,
        recipient,
        cc,
        oldest_document_id as document_id,
        oldest_document_number as document_number,
        customer_id,
        policy,
        step,
        cast(null as varchar) as payment_method_id,
        cast(payload as varchar) as payload,
    from addressed

)

select * from due
