with

int_billing_adjustments as (

    select * from {{ ref('int_billing_adjustments') }}

),

int_billing_adjustments_by_original_line as (

    select * from {{ ref('int_billing_adjustments_by_original_line') }}

),

int_invoice_lines_voided as (

    select * from {{ ref('int_invoice_lines_voided') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

stg_catalog__fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

line_kinds as (

    select * from {{ ref('line_kinds') }}

),

{# The pieces of gathered differences, and the lines of documents being voided. #}
lines as (

    select
        charges.* replace (if(charges.reason = 'adjustment', 'adjustment', charges.kind) as kind),
        pieces.original_line_id,
        pieces.line_amount,
    from int_billing_adjustments_by_original_line as pieces
    inner join int_billing_adjustments as charges on pieces.charge_id = charges.charge_id
    union all by name
    select * from int_invoice_lines_voided

),

issued as (

    select
        customer_id, entity_id, currency, group_key, price_basis, bill_on,
        cast(count(*) as integer) as document_count,
    from stg_ledger__documents
    group by all

),

keyed as (

    select
        charge_id,
        original_line_id,
        customer_id,
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
        line_amount,
        tax_amount,
        tax_code,
        tax_rate,
        price_basis,
        currency,
        minor_digits,
        reason,
        group_key,
        bill_on,
        voids_document_id,
        coalesce(issued.document_count, 0) as group_seq,
        {{ make_id(['customer_id', 'entity_id', 'currency', 'group_key', 'price_basis', 'bill_on', 'group_seq']) }}
            as document_id,
        {{ make_id(['document_id', 'charge_id', 'original_line_id', 'reason']) }} as line_id,
    from lines
    left join issued using (customer_id, entity_id, currency, group_key, price_basis, bill_on)

),

{# The order of lines is data: a plan by its first day, kinds by their seed, fees as the catalog lists them.
   Ids only tell apart what is equal in all of this. #}
placed as (

    select
        keyed.*,
        {# A back-dated tax status may leave nothing but tax to return: the sign is that of the amount with its tax. #}
        if(
            sum(line_amount * if(price_basis = 'exclusive', 100 + tax_rate, 100)) over (partition by document_id) < 0,
            'credit_note', 'invoice'
        ) as document_type,
        min(served_from) over (partition by document_id, contract_id, period_from, plan_id) as plan_from,
        line_kinds.line_order,
        fees.fee_no,
    from keyed
    left join line_kinds using (kind)
    left join stg_catalog__fees as fees using (plan_id, fee_id)

),

drafted as (

    select
        * exclude (plan_from, line_order, fee_no),
        cast(row_number() over (
            partition by document_id
            order by
                contract_id, period_from, plan_from nulls last, plan_id, line_order nulls last,
                fee_no nulls last, fee_id,
                instance, period_until, charge_id, original_line_id nulls first
        ) as integer) as line_no,
    from placed

)

select * from drafted
