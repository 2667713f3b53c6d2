with

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

int_documents_numbered as (

    select * from {{ ref('int_documents_numbered') }}

),

int_pricing_explanations as (

    select * from {{ ref('int_pricing_explanations') }}

),

to_issue as (

    select
        lines.line_id,
        lines.document_id,
        lines.line_no,
        lines.charge_id,
        lines.original_line_id,
        lines.customer_id,
        lines.user_customer_id,
        lines.contract_id,
        lines.plan_id,
        lines.fee_id,
        lines.instance,
        lines.kind,
        lines.period_from,
        lines.period_until,
        lines.served_from,
        lines.served_until,
        lines.quantity,
        lines.unit_ja,
        lines.unit_en,
        lines.line_amount,
        lines.net_amount,
        lines.tax_amount,
        lines.tax_code,
        lines.tax_rate,
        lines.price_basis,
        lines.currency,
        lines.product,
        lines.department,
        lines.description_ja,
        lines.description_en,
        traces.pricing_trace,
        lines.reason,
    from int_invoice_lines_taxed as lines
    inner join int_documents_numbered as numbers on lines.document_id = numbers.document_id
    left join int_pricing_explanations as traces on lines.charge_id = traces.charge_id

)

select * from to_issue
