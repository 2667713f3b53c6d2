with

int_invoice_lines_drafted as (

    select * from {{ ref('int_invoice_lines_drafted') }}

),

int_invoice_lines_uncredited as (

    select * from {{ ref('int_invoice_lines_uncredited') }}

),

int_credit_note_tax_limits as (

    select * from {{ ref('int_credit_note_tax_limits') }}

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
        case when pools.is_exhausted then pools.original_document_id else '' end as pool_key,
        case when pools.is_exhausted then pools.standing_tax_amount end as exhausted_tax_amount,
        case lines.price_basis when 'inclusive' then 100 + lines.tax_rate else 100 end as tax_divisor,
    from int_invoice_lines_drafted as lines
    left join int_invoice_lines_uncredited as originals on lines.original_line_id = originals.line_id
    left join int_credit_note_tax_limits as pools
        on
            lines.document_id = pools.document_id
            and originals.document_id = pools.original_document_id
            and lines.tax_code = pools.tax_code
            and lines.tax_rate = pools.tax_rate
    where lines.reason <> 'void'

)

select * from pooled
