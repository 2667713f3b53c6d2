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

deposits_left as (

    select *
    from deposits
    where payment_id not in (select stronger.payment_id from stronger)

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

{# One invoice less the fee (equal ones are one candidate), or all open ones less one fee, which then stands on the youngest. #}
found as (

    select
        deposits_left.*,
        'one of ' || invoices_left.open_amount as candidate,
        invoices_left.document_id,
        invoices_left.due_date,
        invoices_left.invoice_date,
        invoices_left.is_contested,
        invoices_left.open_amount,
        invoices_left.open_amount - deposits_left.unapplied_amount as shortage,
        invoices_left.open_amount - deposits_left.unapplied_amount as fee_amount,
    from deposits_left
    inner join invoices_left
        on
            deposits_left.customer_id = invoices_left.customer_id
            and deposits_left.entity_id = invoices_left.entity_id
            and deposits_left.currency = invoices_left.currency
    union all
    select
        deposits_left.*,
        'all',
        invoices_left.document_id,
        invoices_left.due_date,
        invoices_left.invoice_date,
        invoices_left.is_contested,
        invoices_left.open_amount,
        invoices_left.total_open_amount - deposits_left.unapplied_amount,
        case invoices_left.place_from_last
            when 1 then invoices_left.total_open_amount - deposits_left.unapplied_amount
            else 0
        end,
    from deposits_left
    inner join invoices_left
        on
            deposits_left.customer_id = invoices_left.customer_id
            and deposits_left.entity_id = invoices_left.entity_id
            and deposits_left.currency = invoices_left.currency
    where invoices_left.open_count > 1

)

select * from found
where shortage > 0
