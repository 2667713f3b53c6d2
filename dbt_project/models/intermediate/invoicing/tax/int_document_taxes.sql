with

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

int_exchange_rates_chosen as (

    select * from {{ ref('int_exchange_rates_chosen') }}

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

),

{# In the currency of the seller's books too, where a tax invoice has to say so; null where the rate is missing. #}
converted as (

    select
        taxes.*,
        rates.home_currency,
        rates.exchange_rate,
        rates.rate_source,
        rates.rate_on,
        {{ round_amount(
            'try(cast(taxes.tax_amount * rates.exchange_rate as decimal(24, 12)))',
            'rates.minor_digits', 'rates.tax_rounding'
        ) }} as home_tax_amount,
        taxes.tax_amount <> 0 and rates.home_currency is not null and home_tax_amount is null as is_without_rate,
    from summed as taxes
    left join int_exchange_rates_chosen as rates on taxes.document_id = rates.document_id

)

select * from converted
