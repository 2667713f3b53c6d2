with

int_invoice_lines_drafted as (

    select * from {{ ref('int_invoice_lines_drafted') }}

),

int_documents_numbered as (

    select * from {{ ref('int_documents_numbered') }}

),

{# What is in doubt has no line; once mended it goes onto the document that waited for it. #}
in_doubt as (

    select distinct
        placed.charge_id,
        differences.bill_on,
    from {{ ref('int_charge_claims_placed') }} as placed
    inner join {{ ref('int_billing_adjustments_scheduled') }} as differences on placed.charge_id = differences.charge_id
    where placed.document_id <> ''

),

{# A draw of prepaid credits goes with the charge that it pays. #}
waiting as (

    select
        if(lines.fee_id = 'credits', right(lines.instance, 32), lines.charge_id) as charge_id,
        lines.bill_on,
    from int_invoice_lines_drafted as lines
    inner join int_documents_numbered as documents on lines.document_id = documents.document_id
    where documents.hold_reason is not null and lines.reason <> 'void'
    union all
    select * from in_doubt

),

charges as (

    select
        charge_id,
        min(bill_on) as bill_on,
    from waiting
    group by charge_id

)

select * from charges
