with

int_open_items as (

    select * from {{ ref('int_open_items') }}

),

stated as (

    select
        document_id,
        document_number,
        document_type,
        entity_id,
        issued_to_customer_id as customer_id,
        currency,
        invoice_date,
        due_date,
        net_amount,
        tax_amount,
        total_amount,
        paid_amount,
        open_amount,
        case
            when open_amount = total_amount and total_amount <> 0 then 'open'
            when open_amount <> 0 then 'partly_paid'
            when written_off_amount > 0 then 'written_off'
            when credited_amount <> 0 and paid_amount = 0 then 'credited'
            else 'paid'
        end as status,
        credited_amount,
        written_off_amount,
        price_basis,
        bill_on,
        voids_document_id,
        number_series,
        number_seq,
        content_hash,
        recorded_at as issued_at,
        customer_id as owed_by_customer_id,
        is_opening,
    from int_open_items

)

select * from stated
