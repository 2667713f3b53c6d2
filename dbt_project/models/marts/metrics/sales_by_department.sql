with

lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

revenue_schedule as (

    select * from {{ ref('revenue_schedule') }}

),

sales as (

    select
        cast(date_trunc('month', documents.invoice_date) as date) as month,
        coalesce(lines.department, '') as department,
        lines.currency,
        lines.net_amount as invoiced_amount,
        0 as recognised_amount,
    from lines
    inner join documents on lines.document_id = documents.document_id
    union all
    select
        month,
        coalesce(department, ''),
        currency,
        0,
        recognised_amount,
    from revenue_schedule
    where not is_future

),

summed as (

    select
        month,
        department,
        currency,
        cast(sum(invoiced_amount) as decimal(20, 4)) as invoiced_amount,
        cast(sum(recognised_amount) as decimal(20, 4)) as recognised_amount,
    from sales
    group by month, department, currency

)

select * from summed
