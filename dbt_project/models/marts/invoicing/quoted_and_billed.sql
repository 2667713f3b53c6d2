with

quotes as (

    select * from {{ ref('quotes') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

{# What was billed for the days of the term, of the contracts that came of the quote. #}
billed as (

    select
        quotes.quote_id,
        cast(sum(lines.net_amount) as decimal(20, 4)) as billed_net_amount,
        max(lines.served_until) as billed_until,
    from quotes
    inner join contracts on quotes.quote_id = contracts.quote_id or quotes.contract_id = contracts.contract_id
    inner join lines on contracts.contract_id = lines.contract_id
    where quotes.term_months is null or lines.served_from < cast(contracts.service_from + to_months(quotes.term_months) as date)
    group by quotes.quote_id

)

select
    quotes.quote_id,
    quotes.customer_id,
    quotes.status,
    quotes.service_from,
    quotes.term_months,
    quotes.currency,
    quotes.net_amount as quoted_net_amount,
    coalesce(billed.billed_net_amount, 0) as billed_net_amount,
    cast(coalesce(billed.billed_net_amount, 0) - quotes.net_amount as decimal(20, 4)) as difference,
    billed.billed_until,
from quotes
left join billed on quotes.quote_id = billed.quote_id
where quotes.status = 'accepted'
