with

prices as (

    select * from {{ ref('stg_crm__quoted_prices') }}

),

{# A pricing is one file; the newest holds. #}
newest as (

    select *
    from prices
    qualify rank() over (partition by quote_id order by priced_at desc, received_at desc, file_name desc) = 1

),

priced as (

    select
        quote_id,
        any_value(priced_at) as priced_at,
        cast(sum(net_amount) as decimal(20, 4)) as net_amount,
        cast(sum(tax_amount) as decimal(20, 4)) as tax_amount,
        any_value(currency) as currency,
    from newest
    group by quote_id

)

select * from priced
