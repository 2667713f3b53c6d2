with

int_document_taxes as (

    select * from {{ ref('int_document_taxes') }}

),

int_documents_numbered as (

    select * from {{ ref('int_documents_numbered') }}

),

to_issue as (

    select
        taxes.document_id,
        taxes.tax_code,
        taxes.tax_rate,
        taxes.net_amount,
        taxes.tax_amount,
        taxes.currency,
    from int_document_taxes as taxes
    inner join int_documents_numbered as documents on taxes.document_id = documents.document_id
    where documents.hold_reason is null

)

select * from to_issue
