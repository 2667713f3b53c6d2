with

quotes as (

    select * from {{ ref('stg_crm__quotes') }}

),

prices as (

    select * from {{ ref('int_quotes_priced') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

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
