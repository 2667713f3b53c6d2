with

int_invoice_lines_described as (

    select * from {{ ref('int_invoice_lines_described') }}

),

int_documents_numbered as (

    select * from {{ ref('int_documents_numbered') }}

),

int_document_contents as (

    select * from {{ ref('int_document_contents') }}

),

drafts as (

    select
        lines.line_id,
        lines.document_id,
        lines.line_no,
        lines.original_line_id,
        lines.contract_id,
        lines.plan_id,
        lines.fee_id,
        lines.kind,
        lines.period_from,
        lines.period_until,
        lines.quantity,
        lines.unit_en as unit,
        lines.net_amount,
        lines.tax_code,
        lines.tax_rate,
        lines.currency,
        lines.product,
        lines.department,
        lines.description_en as description,
        lines.pricing_trace,
        judged.hold_reason,
        contents.content_hash,
        lines.charge_id,
        lines.customer_id,
        lines.user_customer_id,
        lines.instance,
        lines.reason,
        lines.line_amount,
        lines.tax_amount,
        lines.price_basis,
        lines.served_from,
        lines.served_until,
        lines.unit_ja,
        lines.description_ja,
    from int_invoice_lines_described as lines
    inner join int_documents_numbered as judged on lines.document_id = judged.document_id
    inner join int_document_contents as contents on lines.document_id = contents.document_id

)

select * from drafts
