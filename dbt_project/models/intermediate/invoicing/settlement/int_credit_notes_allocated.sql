with

int_credit_note_offers as (

    select * from {{ ref('int_credit_note_offers') }}

),

int_allocations_reversed as (

    select * from {{ ref('int_allocations_reversed') }}

),

freed as (

    select
        document_id,
        -sum(amount) as freed_amount,
    from int_allocations_reversed
    group by all

),

{# Never more than what is open: one credit note after the other, when several meet on one document. #}
within_open as (

    select
        offered.*,
        least(
            given_amount,
            open_amount + coalesce(freed.freed_amount, 0) - coalesce(sum(given_amount) over earlier, 0)
        ) as applied_amount,
    from int_credit_note_offers as offered
    left join freed on offered.document_id = freed.document_id
    where given_amount > 0
    window earlier as (
        partition by offered.document_id
        order by offered.payment_id
        rows between unbounded preceding and 1 preceding
    )

),

allocated as (

    select
        {{ make_id(['payment_id', 'document_id', "'credit'", "'credit_note'"]) }} as allocation_id,
        payment_id,
        document_id,
        cast(applied_amount as decimal(20, 4)) as amount,
        currency,
        'credit' as kind,
        'credit_note' as rule,
        cast(1 as decimal(3, 2)) as confidence,
        'the credit note returns lines of this document' as reason,
        invoice_date as allocated_on,
        null::varchar as reverses_allocation_id,
    from within_open
    where applied_amount > 0

)

select * from allocated
