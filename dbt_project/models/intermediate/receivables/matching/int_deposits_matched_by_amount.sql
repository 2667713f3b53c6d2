with

deposits as (

    select * from {{ ref('int_deposits_resolved') }} where unapplied_amount > 0

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

stronger as (

    {{ matches_of_rules(before='amount') }}

),

{# The k-th deposit of an amount pays the k-th invoice of that amount: the oldest first, each once. #}
deposits_ranked as (

    select
        *,
        row_number() over (
            partition by customer_id, entity_id, currency, unapplied_amount
            order by confidence desc, value_on, payment_id
        ) as turn,
    from deposits
    where customer_id is not null and payment_id not in (select stronger.payment_id from stronger)

),

invoices_ranked as (

    select
        *,
        row_number() over (
            partition by customer_id, entity_id, currency, open_amount
            order by is_contested, due_date, invoice_date, document_id
        ) as turn,
    from invoices
    where document_id not in (select stronger.document_id from stronger)

),

matched as (

    select
        deposits_ranked.payment_id,
        invoices_ranked.document_id,
        cast(invoices_ranked.open_amount as decimal(20, 4)) as amount,
        invoices_ranked.currency,
        'cash' as kind,
        coalesce(deposits_ranked.identified_by, 'decision') || '_amount' as rule,
    from deposits_ranked
    inner join invoices_ranked
        on
            deposits_ranked.customer_id = invoices_ranked.customer_id
            and deposits_ranked.entity_id = invoices_ranked.entity_id
            and deposits_ranked.currency = invoices_ranked.currency
            and deposits_ranked.unapplied_amount = invoices_ranked.open_amount
            and deposits_ranked.turn = invoices_ranked.turn

)

select * from matched
