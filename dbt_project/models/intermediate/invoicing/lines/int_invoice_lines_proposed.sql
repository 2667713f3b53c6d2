with

int_billing_adjustments_by_original_line as (

    select * from {{ ref('int_billing_adjustments_by_original_line') }}

),

int_billing_adjustments as (

    select * from {{ ref('int_billing_adjustments') }}

),

int_invoice_lines_voided as (

    select * from {{ ref('int_invoice_lines_voided') }}

),

difference_lines as (

    select
        charges.* replace (
            case charges.reason when 'adjustment' then 'adjustment' else charges.kind end as kind
        ),
        pieces.original_line_id,
        pieces.line_amount,
        null::decimal(20, 4) as tax_amount,
        null::varchar as voids_document_id,
    from int_billing_adjustments_by_original_line as pieces
    inner join int_billing_adjustments as charges on pieces.charge_id = charges.charge_id

),

{# A void is a document of its own, billed on the day of the one it voids: its key stays from night to night. #}
void_lines as (

    select
        lines.* exclude (document_id, line_id, line_no) replace (
            {{ make_id(["'void'", 'lines.voids_document_id']) }} as group_key
        ),
    from int_invoice_lines_voided as lines

),

gathered as (

    select
        charge_id,
        original_line_id,
        customer_id,
        user_customer_id,
        entity_id,
        contract_id,
        plan_id,
        fee_id,
        instance,
        kind,
        period_from,
        period_until,
        served_from,
        served_until,
        quantity,
        unit_ja,
        unit_en,
        line_amount,
        tax_amount,
        tax_code,
        tax_rate,
        price_basis,
        currency,
        minor_digits,
        product,
        department,
        description_ja,
        description_en,
        reason,
        group_key,
        bill_on,
        voids_document_id,
    from (
        from difference_lines
        union all by name
        from void_lines
    )

)

select * from gathered
