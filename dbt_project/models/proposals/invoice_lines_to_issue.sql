with

int_invoice_lines_described as (

    select * from {{ ref('int_invoice_lines_described') }}

),

int_documents_numbered as (

    select * from {{ ref('int_documents_numbered') }}

),

to_issue as (

    select lines.*
    from int_invoice_lines_described as lines
    inner join int_documents_numbered as documents on lines.document_id = documents.document_id
    where documents.hold_reason is null

)

select * from to_issue
