with

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

{# What an approval stands for: who is charged what, line by line. Texts and dates of the paper may still change. #}
contents as (

    select
        document_id,
        md5(string_agg(
            {{ make_id(['line_id', 'quantity', 'line_amount', 'net_amount', 'tax_amount', 'tax_code', 'tax_rate']) }},
            '|' order by line_no
        )) as content_hash,
    from int_invoice_lines_taxed
    group by document_id

)

select * from contents
