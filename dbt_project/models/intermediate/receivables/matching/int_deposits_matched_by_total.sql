with

deposits as (

    select * from {{ ref('int_deposits_resolved') }} where unapplied_amount > 0

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

stronger as (

    {{ matches_of_rules(before='total') }}

),

invoices_left as (

    select
        *,
        sum(open_amount) over (partition by customer_id, entity_id, currency) as total_open_amount,
        count(*) over (partition by customer_id, entity_id, currency) as open_count,
    from invoices
    where document_id not in (select stronger.document_id from stronger)

),

deposits_left as (

    select *
    from deposits
    where customer_id is not null and payment_id not in (select stronger.payment_id from stronger)
    qualify
        row_number() over (
            partition by customer_id, entity_id, currency, unapplied_amount order by value_on, payment_id
        ) = 1

),

matched as (

    select
        deposits_left.payment_id,
        invoices_left.document_id,
        cast(invoices_left.open_amount as decimal(20, 4)) as amount,
        invoices_left.currency,
        'cash' as kind,
        'total' as rule,
    from deposits_left
    inner join invoices_left
        on
            deposits_left.customer_id = invoices_left.customer_id
            and deposits_left.entity_id = invoices_left.entity_id
            and deposits_left.currency = invoices_left.currency
            and deposits_left.unapplied_amount = invoices_left.total_open_amount
    where invoices_left.open_count > 1

)

select * from matched
