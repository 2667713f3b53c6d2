with

int_pricing_rules_adopted as (

    select * from {{ ref('int_pricing_rules_adopted') }}

),

int_invoice_lines_drafted as (

    select * from {{ ref('int_invoice_lines_drafted') }}

),

int_documents_numbered as (

    select * from {{ ref('int_documents_numbered') }}

),

issued_tonight as (

    select distinct lines.charge_id
    from int_invoice_lines_drafted as lines
    inner join int_documents_numbered as documents on lines.document_id = documents.document_id
    where documents.hold_reason is null

),

{# What was approved in this very night is not held. #}
to_adopt as (

    select * from int_pricing_rules_adopted
    anti join issued_tonight using (charge_id)

)

select * from to_adopt
