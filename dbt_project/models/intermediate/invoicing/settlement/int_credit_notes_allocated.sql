with

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

int_documents_totalled as (

    select * from {{ ref('int_documents_totalled') }}

),

int_document_holds as (

    select * from {{ ref('int_document_holds') }}

),

int_draft_claims_broken as (

    select * from {{ ref('int_draft_claims_broken') }}

),

int_invoice_lines_uncredited as (

    select * from {{ ref('int_invoice_lines_uncredited') }}

),

int_open_items as (

    select * from {{ ref('int_open_items') }}

),

int_allocations_reversed as (

    select * from {{ ref('int_allocations_reversed') }}

),

credits as (

    select
        lines.document_id as payment_id,
        coalesce(credit_notes.voids_document_id, originals.document_id) as document_id,
        credit_notes.currency,
        credit_notes.invoice_date,
        -credit_notes.total_amount as credit_amount,
        -sum(lines.net_amount + lines.tax_amount) as amount,
    from int_invoice_lines_taxed as lines
    inner join int_documents_totalled as credit_notes on lines.document_id = credit_notes.document_id
    inner join int_invoice_lines_uncredited as originals on lines.original_line_id = originals.line_id
    anti join int_document_holds as held on lines.document_id = held.document_id
    anti join int_draft_claims_broken as in_doubt on credit_notes.document_id = in_doubt.document_id
    where credit_notes.total_amount < 0
    group by all
    having amount > 0

),

{# Never more than the credit note gives: its positive lines stay with the newest originals. #}
offered as (

    select
        credits.*,
        least(credits.amount, credits.credit_amount - coalesce(sum(credits.amount) over earlier, 0)) as given_amount,
        documents.open_amount,
    from credits
    inner join int_open_items as documents on credits.document_id = documents.document_id
    window earlier as (
        partition by credits.payment_id
        order by documents.commit_sequence desc, credits.document_id
        rows between unbounded preceding and 1 preceding
    )

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
    from offered
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
        cast(null as varchar) as reverses_allocation_id,
    from within_open
    where applied_amount > 0

)

select * from allocated
