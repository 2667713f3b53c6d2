with

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

summed as (

    select
        document_id,
        tax_code,
        tax_rate,
        cast(sum(net_amount) as decimal(20, 4)) as net_amount,
        cast(sum(tax_amount) as decimal(20, 4)) as tax_amount,
        currency,
    from int_invoice_lines_taxed
    group by all

)

select * from summed
