with

rates as (

    select * from {{ ref('int_exchange_rates_chosen') }}

),

taxes as (

    select * from {{ ref('int_document_taxes') }}

),

converted as (

    select
        rates.*,
        taxes.tax_code,
        taxes.tax_rate,
        {{ round_amount(
            'try(cast(taxes.tax_amount * rates.exchange_rate as decimal(24, 12)))', 'rates.minor_digits', 'rates.tax_rounding'
        ) }} as home_tax_amount,
    from rates
    inner join taxes on rates.document_id = taxes.document_id
    where taxes.tax_amount <> 0

),

{# Amounts travel as text: a JSON number would become a float on the way. #}
gathered as (

    select
        document_id,
        count(home_tax_amount) < count(*) as is_without_rate,
        {
            'currency': any_value(home_currency),
            'exchange_rate': cast(any_value(exchange_rate) as varchar),
            'rate_source': any_value(rate_source),
            'rate_on': any_value(rate_on),
            'taxes': list({
                'tax_code': tax_code, 'tax_rate': cast(tax_rate as varchar), 'tax_amount': cast(home_tax_amount as varchar)
            } order by tax_rate desc, tax_code)
        } as home_tax,
    from converted
    group by document_id

)

select * from gathered
