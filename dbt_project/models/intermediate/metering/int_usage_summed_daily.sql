with

metered as (

    select * from {{ ref('int_usage_metered') }}

),

summed as (

    select
        contract_id,
        meter,
        usage_date,
        dimensions,
        sum(quantity)::decimal(38, 12) as quantity,
        sum(priced_amount)::decimal(38, 12) as priced_amount,
        sum(event_count)::bigint as event_count,
    from metered
    where state in ('rated', 'free')
    group by all

)

select * from summed
