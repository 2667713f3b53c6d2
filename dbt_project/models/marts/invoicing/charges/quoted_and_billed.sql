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

quote_lines as (

    select * from {{ ref('quote_lines') }}

),

{# The contracts that came of a quote, and its lines without a plan, which are one-off charges named after it. #}
origins as (

    select
        quotes.quote_id,
        contracts.contract_id,
        '' as one_off,
        cast(contracts.service_from + to_months(quotes.term_months) as date) as ends_on,
    from quotes
    inner join contracts on quotes.quote_id = contracts.quote_id or quotes.contract_id = contracts.contract_id

    union all

    select
        quote_id,
        null,
        quote_id || '-' || line_no,
        null,
    from quote_lines
    where plan_id is null or plan_id = ''

),

{# What was billed for the days of the term. #}
billed as (

    select
        origins.quote_id,
        cast(sum(lines.net_amount) as decimal(20, 4)) as billed_net_amount,
        max(lines.served_until) as billed_until,
    from origins
    inner join lines
        on
            (origins.one_off = '' and origins.contract_id = lines.contract_id)
            or (origins.one_off <> '' and lines.fee_id = 'one_off' and origins.one_off = lines.instance)
    where origins.ends_on is null or lines.served_from < origins.ends_on
    group by origins.quote_id

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
