with

int_invoice_lines_drafted as (

    select * from {{ ref('int_invoice_lines_drafted') }}

),

int_documents_drafted as (

    select * from {{ ref('int_documents_drafted') }}

),

int_invoice_lines_uncredited as (

    select * from {{ ref('int_invoice_lines_uncredited') }}

),

{# What stands of an original document at one rate. #}
standing as (

    select
        document_id as original_document_id,
        tax_code,
        tax_rate,
        cast(sum(remaining_amount) as decimal(20, 4)) as remaining_amount,
        cast(sum(standing_tax_amount) as decimal(20, 4)) as standing_tax_amount,
    from int_invoice_lines_uncredited
    where is_original
    group by all

),

credits as (

    select
        lines.document_id,
        originals.document_id as original_document_id,
        lines.tax_code,
        lines.tax_rate,
        cast(sum(lines.line_amount) as decimal(20, 4)) as line_amount,
    from int_invoice_lines_drafted as lines
    inner join int_documents_drafted as documents on lines.document_id = documents.document_id
    inner join int_invoice_lines_uncredited as originals on lines.original_line_id = originals.line_id
    where documents.document_type = 'credit_note' and lines.reason <> 'void'
    group by all

),

formed as (

    select
        credits.*,
        standing.standing_tax_amount,
        credits.line_amount + standing.remaining_amount = 0 as is_exhausted,
    from credits
    inner join standing
        on
            credits.original_document_id = standing.original_document_id
            and credits.tax_code = standing.tax_code
            and credits.tax_rate = standing.tax_rate

)

select * from formed
