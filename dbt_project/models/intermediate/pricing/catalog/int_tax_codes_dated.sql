with

tax_codes as (

    select * from {{ ref('stg_catalog__tax_codes') }}

),

tax_rates as (

    select * from {{ ref('stg_catalog__tax_rates') }}

),

dated as (

    select
        tax_codes.tax_code,
        tax_codes.kind,
        coalesce(tax_rates.valid_from, date '0001-01-01') as valid_from,
        coalesce(
            lead(tax_rates.valid_from) over (partition by tax_codes.tax_code order by tax_rates.valid_from),
            date '9999-12-31'
        ) as valid_until,
        cast(case
            when tax_codes.kind in ('exempt', 'out_of_scope', 'reverse_charge') then 0
            else tax_rates.rate
        end as decimal(9, 6)) as rate,
    from tax_codes
    left join tax_rates on tax_codes.tax_code = tax_rates.tax_code

)

select * from dated
