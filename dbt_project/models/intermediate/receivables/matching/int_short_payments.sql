with

deposits as (

    select * from {{ ref('int_deposits_resolved') }} where unapplied_amount > 0

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

stronger as (

    {{ matches_of_rules(before='fee') }}

),

invoices_left as (

    select
        *,
        sum(open_amount) over (partition by customer_id, currency, entity_id) as total_open_amount,
        count(*) over (partition by customer_id, currency, entity_id) as open_count,
        row_number() over (
            partition by customer_id, currency, entity_id order by due_date desc, invoice_date desc, document_id desc
        ) as place_from_last,
    from invoices
    where document_id not in (select stronger.document_id from stronger)

),

choices as (

    select
        deposits.payment_id,
        deposits.value_on,
        deposits.unapplied_amount,
        invoices_left.*,
    from deposits
    inner join invoices_left
        on
            deposits.customer_id = invoices_left.customer_id
            and deposits.entity_id = invoices_left.entity_id
            and deposits.currency = invoices_left.currency
    where deposits.payment_id not in (select stronger.payment_id from stronger)

),

{# One invoice less the fee (equal ones are one candidate), or all open ones less one fee, then on the youngest. #}
found as (

    select
        *,
        'one of ' || open_amount as candidate,
        open_amount - unapplied_amount as shortage,
        open_amount - unapplied_amount as fee_amount,
    from choices
    union all
    select
        *,
        'all',
        total_open_amount - unapplied_amount,
        if(place_from_last = 1, total_open_amount - unapplied_amount, 0),
    from choices
    where open_count > 1

)

select * from found
where shortage > 0
