with

int_lines_drafted as (

    select * from {{ ref('int_lines_drafted') }}

),

int_documents_held as (

    select * from {{ ref('int_documents_held') }}

),

{# A draw of prepaid credits goes with the charge that it pays. #}
charges as (

    select
        if(lines.fee_id = 'credits', right(lines.instance, 32), lines.charge_id) as charge_id,
        min(lines.bill_on) as bill_on,
    from int_lines_drafted as lines
    inner join int_documents_held as documents on lines.document_id = documents.document_id
    where documents.hold_reason is not null and lines.reason <> 'void'
    group by all

)

select * from charges
