with

dated as (

    select * from {{ ref('int_customers_dated') }}

),

tax_codes as (

    select * from {{ ref('stg_catalog__tax_codes') }}

),

replacements as (

    select
        kind,
        min(tax_code) as tax_code,
    from tax_codes
    where kind in ('exempt', 'reverse_charge')
    group by kind

),

taxed as (

    select tax_code from tax_codes where kind in ('standard', 'reduced')

),

chosen as (

    select
        dated.customer_id,
        taxed.tax_code as fee_tax_code,
        dated.valid_from,
        dated.valid_until,
        coalesce(replacements.tax_code, dated.tax_status) as tax_code,
    from dated
    cross join taxed
    left join replacements on dated.tax_status = replacements.kind
    where dated.tax_status in ('exempt', 'reverse_charge')

)

select * from chosen
