with

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

int_invoice_lines_voided as (

    select * from {{ ref('int_invoice_lines_voided') }}

),

int_charges_reconciled as not materialized (

    select * from {{ ref('int_charges_reconciled') }}

),

int_pricing_explanations as (

    select * from {{ ref('int_pricing_explanations') }}

),

{# A line that takes back a voided one says what that said, else what its charge is called today. #}
words as (

    select
        lines.line_id,
        charges.user_customer_id,
        charges.unit_ja,
        charges.unit_en,
        charges.product,
        charges.department,
        charges.description_ja,
        charges.description_en,
    from int_invoice_lines_taxed as lines
    inner join int_charges_reconciled as charges on lines.charge_id = charges.charge_id
    where lines.reason <> 'void'
    union all
    select
        lines.line_id,
        voided.user_customer_id,
        voided.unit_ja,
        voided.unit_en,
        voided.product,
        voided.department,
        voided.description_ja,
        voided.description_en,
    from int_invoice_lines_taxed as lines
    inner join int_invoice_lines_voided as voided
        on lines.charge_id = voided.charge_id and lines.original_line_id = voided.original_line_id
    where lines.reason = 'void'

),

described as (

    select
        lines.* exclude (entity_id, minor_digits, group_key, group_seq, bill_on, voids_document_id, document_type),
        words.* exclude (line_id),
        explanations.pricing_trace,
    from int_invoice_lines_taxed as lines
    left join words on lines.line_id = words.line_id
    left join int_pricing_explanations as explanations on lines.charge_id = explanations.charge_id

)

select * from described
