with recursive

deposits as (

    select * from {{ ref('int_unapplied_deposits') }}

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

exactly as (

    select * from {{ ref('int_deposits_matched_exactly') }}

),

by_total as (

    select * from {{ ref('int_deposits_matched_by_total') }}

),

taken as (

    select payment_id, document_id from exactly
    union all
    select payment_id, document_id from by_total

),

{# At most five of the twelve oldest: more combinations would find sums by chance. #}
oldest as (

    select
        *,
        row_number() over (
            partition by customer_id, entity_id, currency order by due_date, invoice_date, document_id
        ) as place,
    from invoices
    where document_id not in (select taken.document_id from taken)
    qualify place <= 12

),

sums as (

    select
        deposits.payment_id,
        deposits.value_on,
        deposits.unapplied_amount,
        oldest.customer_id,
        oldest.entity_id,
        oldest.currency,
        oldest.place as last_place,
        [oldest.document_id] as document_ids,
        oldest.open_amount as reached_amount,
    from deposits
    inner join oldest
        on
            deposits.customer_id = oldest.customer_id
            and deposits.entity_id = oldest.entity_id
            and deposits.currency = oldest.currency
    where
        oldest.open_amount < deposits.unapplied_amount
        and deposits.payment_id not in (select taken.payment_id from taken)
    union all
    select
        sums.payment_id,
        sums.value_on,
        sums.unapplied_amount,
        sums.customer_id,
        sums.entity_id,
        sums.currency,
        oldest.place,
        list_append(sums.document_ids, oldest.document_id),
        cast(sums.reached_amount + oldest.open_amount as decimal(20, 4)),
    from sums
    inner join oldest
        on
            sums.customer_id = oldest.customer_id
            and sums.entity_id = oldest.entity_id
            and sums.currency = oldest.currency
            and sums.last_place < oldest.place
    where
        len(sums.document_ids) < 5
        and sums.reached_amount + oldest.open_amount <= sums.unapplied_amount

),

found as (

    select
        payment_id,
        value_on,
        document_ids,
    from sums
    where reached_amount = unapplied_amount

)

select * from found
