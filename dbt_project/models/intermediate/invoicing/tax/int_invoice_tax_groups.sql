with

int_invoice_lines_drafted as (

    select * from {{ ref('int_invoice_lines_drafted') }}

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
    inner join int_invoice_lines_uncredited as originals on lines.original_line_id = originals.line_id
    where lines.document_type = 'credit_note' and lines.reason <> 'void'
    group by all

),

{# A credit that exhausts an original document at one rate returns all its tax, the others of a document together no
   more than stands. #}
limits as (

    select
        credits.*,
        credits.line_amount + standing.remaining_amount = 0 as is_exhausted,
        if(
            is_exhausted, standing.standing_tax_amount,
            sum(standing.standing_tax_amount) over (partition by credits.document_id, tax_code, tax_rate, is_exhausted)
        ) as standing_tax_amount,
    from credits
    inner join standing using (original_document_id, tax_code, tax_rate)

),

{# A line is taxed with its document and rate; a line that helps to exhaust an original document, with that original. #}
pooled as (

    select
        lines.line_id,
        lines.line_no,
        lines.document_id,
        lines.entity_id,
        lines.tax_code,
        lines.tax_rate,
        lines.price_basis,
        lines.minor_digits,
        lines.line_amount,
        lines.original_line_id,
        if(limits.is_exhausted, limits.original_document_id, '') as pool_key,
        limits.standing_tax_amount,
        if(lines.price_basis = 'inclusive', 100 + lines.tax_rate, 100) as tax_divisor,
    from int_invoice_lines_drafted as lines
    left join int_invoice_lines_uncredited as originals on lines.original_line_id = originals.line_id
    left join limits
        on
            lines.document_id = limits.document_id
            and originals.document_id = limits.original_document_id
            and lines.tax_code = limits.tax_code
            and lines.tax_rate = limits.tax_rate
    where lines.reason <> 'void'

)

select * from pooled
