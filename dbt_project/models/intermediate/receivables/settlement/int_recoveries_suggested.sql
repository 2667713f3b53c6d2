with

deposits as (

    select * from {{ ref('int_unapplied_deposits') }}

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

matched as (

    select * from {{ ref('int_deposits_matched_automatically') }}

),

settled as (

    select * from {{ ref('int_open_items') }}

),

{# Who owes the seller nothing else may be paying what was written off. #}
suggested as (

    select
        deposits.payment_id,
        settled.document_id,
        least(deposits.unapplied_amount, settled.written_off_amount) as amount,
        0.55 as confidence,
        'payer known, the invoice was written off: money recovered' as reason,
        false as may_be_paid,
    from deposits
    inner join settled
        on
            deposits.customer_id = settled.customer_id
            and deposits.entity_id = settled.entity_id
            and deposits.currency = settled.currency
    where
        settled.written_off_amount > 0
        and deposits.payment_id not in (select matched.payment_id from matched)
        and not exists (
            select 1 from invoices
            where
                invoices.customer_id = deposits.customer_id
                and invoices.entity_id = deposits.entity_id
                and invoices.currency = deposits.currency
        )
    qualify
        row_number() over (partition by deposits.payment_id order by settled.due_date, settled.document_id) <= 5

)

select * from suggested
