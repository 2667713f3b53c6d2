with

int_invoice_lines_drafted as (

    select * from {{ ref('int_invoice_lines_drafted') }}

),

drafted as (

    select
        document_id,
        document_type,
        customer_id,
        entity_id,
        currency,
        group_key,
        group_seq,
        price_basis,
        bill_on,
        max(voids_document_id) as voids_document_id,
        max(minor_digits) as minor_digits,
        cast(sum(line_amount) as decimal(20, 4)) as line_amount,
        cast(coalesce(sum(abs(line_amount)) filter (where reason = 'adjustment'), 0) as decimal(20, 4))
            as adjusted_amount,
        bool_or(reason = 'charge') as has_first_bill,
        min(period_from) as period_from,
        max(period_until) as period_until,
    from int_invoice_lines_drafted
    group by all

)

select * from drafted
