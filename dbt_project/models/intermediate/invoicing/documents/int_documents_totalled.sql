with

int_documents_drafted as (

    select * from {{ ref('int_documents_drafted') }}

),

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

int_invoice_due_dates as (

    select * from {{ ref('int_invoice_due_dates') }}

),

totals as (

    select
        document_id,
        sum(net_amount) as net_amount,
        sum(tax_amount) as tax_amount,
    from int_invoice_lines_taxed
    group by all

),

totalled as (

    select
        documents.*,
        dated.invoice_date,
        dated.due_date,
        cast(totals.net_amount as decimal(20, 4)) as net_amount,
        cast(totals.tax_amount as decimal(20, 4)) as tax_amount,
        cast(totals.net_amount + totals.tax_amount as decimal(20, 4)) as total_amount,
    from int_documents_drafted as documents
    inner join totals on documents.document_id = totals.document_id
    inner join int_invoice_due_dates as dated on documents.document_id = dated.document_id

)

select * from totalled
