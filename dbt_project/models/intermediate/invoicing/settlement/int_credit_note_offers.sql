with

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

int_documents_totalled as (

    select * from {{ ref('int_documents_totalled') }}

),

int_invoice_lines_uncredited as (

    select * from {{ ref('int_invoice_lines_uncredited') }}

),

int_documents_settled as (

    select * from {{ ref('int_documents_settled') }}

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
    anti join {{ ref('int_draft_claims_broken') }} as in_doubt on credit_notes.document_id = in_doubt.document_id
    where credit_notes.total_amount < 0 and credit_notes.hold_reason is null
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
    inner join int_documents_settled as documents on credits.document_id = documents.document_id
    window earlier as (
        partition by credits.payment_id
        order by documents.commit_sequence desc, credits.document_id
        rows between unbounded preceding and 1 preceding
    )

)

select * from offered
