with

stg_ledger__document_lines as not materialized (

    select * from {{ ref('stg_ledger__document_lines') }}

),

int_charges_to_reconcile as (

    select * from {{ ref('int_charges_to_reconcile') }}

),

int_documents_named_by_decisions as (

    select * from {{ ref('int_documents_named_by_decisions') }}

),

{# All lines of the documents that tonight may change: they hold a charge that is examined, or a decision names them. #}
documents as (

    select document_id from stg_ledger__document_lines semi join int_charges_to_reconcile using (charge_id)
    union
    select document_id from int_documents_named_by_decisions

),

{# An original is what later lines may take back: an amount above zero, of a draw of credits one below. #}
lines as not materialized (

    select
        line_id,
        document_id,
        line_no,
        charge_id,
        nullif(original_line_id, '') as original_line_id,
        line_amount,
        tax_amount,
        tax_code,
        tax_rate,
        commit_sequence,
        nullif(original_line_id, '') is null and line_amount * if(fee_id = 'credits', -1, 1) > 0 as is_original,
    from stg_ledger__document_lines

),

{# What later lines took from (or gave back to) the line that they name. #}
movements as (

    select
        original_line_id,
        sum(line_amount) as line_amount,
        sum(tax_amount) as tax_amount,
    from lines
    where original_line_id is not null
    group by all

),

standing as (

    select
        lines.*,
        cast(lines.line_amount + coalesce(movements.line_amount, 0) as decimal(20, 4)) as remaining_amount,
        cast(lines.tax_amount + coalesce(movements.tax_amount, 0) as decimal(20, 4)) as standing_tax_amount,
    from lines
    semi join documents on lines.document_id = documents.document_id
    left join movements on lines.line_id = movements.original_line_id

)

select * from standing
