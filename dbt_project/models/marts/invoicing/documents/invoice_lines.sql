with

stg_ledger__document_lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

numbered as (

    select
        lines.line_id,
        lines.document_id,
        documents.document_number,
        lines.line_no,
        nullif(lines.original_line_id, '') as original_line_id,
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
    from stg_ledger__document_lines as lines
    inner join stg_ledger__documents as documents on lines.document_id = documents.document_id

)

select * from numbered
