with

quotes as (

    select * from {{ ref('stg_crm__quotes') }}

),

quoted_prices as (

    select * from {{ ref('stg_crm__quoted_prices') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# A pricing is one file; the newest holds. #}
prices_in_force as (

    select *
    from quoted_prices
    qualify rank() over (partition by quote_id order by priced_at desc, received_at desc, file_name desc) = 1

),

prices as (

    select
        quote_id,
        any_value(priced_at) as priced_at,
        cast(sum(net_amount) as decimal(20, 4)) as net_amount,
        cast(sum(tax_amount) as decimal(20, 4)) as tax_amount,
        any_value(currency) as currency,
    from prices_in_force
    group by quote_id

),

newest as (

    select *
    from quotes
    qualify row_number() over (partition by quote_id order by received_at desc, file_name desc, line_no desc) = 1

)

select
    newest.quote_id,
    newest.customer_id,
    newest.quoted_on,
    newest.valid_until,
    case
        when
            newest.valid_until < run.as_of_date and coalesce(newest.status, 'draft') in ('draft', 'sent')
            then 'expired'
        else coalesce(newest.status, 'draft')
    end as status,
    newest.contract_id,
    newest.service_from,
    newest.term_months,
    prices.priced_at,
    prices.net_amount,
    prices.tax_amount,
    cast(prices.net_amount + prices.tax_amount as decimal(20, 4)) as total_amount,
    prices.currency,
from newest
cross join run
left join prices on newest.quote_id = prices.quote_id
