with

contract_mrr as (

    select * from {{ ref('contract_mrr') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

by_customer as (

    select
        customer_id,
        currency,
        month,
        cast(sum(mrr) as decimal(20, 4)) as mrr,
    from contract_mrr
    group by customer_id, currency, month

),

lives as (

    select
        by_customer.customer_id,
        by_customer.currency,
        unnest(generate_series(
            cast(min(by_customer.month) as timestamp), any_value(run.as_of_date), interval 1 month
        )) as month_start,
    from by_customer
    cross join run
    group by by_customer.customer_id, by_customer.currency

),

{# Every month up to today, so that a customer who left has a month in which it left, and one who never leaves stays. #}
balances as (

    select
        lives.customer_id,
        lives.currency,
        cast(lives.month_start as date) as month,
        coalesce(by_customer.mrr, 0) as closing_mrr,
        coalesce(lag(by_customer.mrr) over history, 0) as opening_mrr,
        coalesce(
            max(by_customer.mrr) over (history rows between unbounded preceding and 1 preceding), 0
        ) > 0 as was_paying,
    from lives
    left join by_customer
        on
            lives.customer_id = by_customer.customer_id
            and lives.currency = by_customer.currency
            and cast(lives.month_start as date) = by_customer.month
    window history as (partition by lives.customer_id, lives.currency order by lives.month_start)

),

{# Coming and going are asked first: they would otherwise pass as expansion and contraction. #}
named as (

    select
        *,
        case
            when opening_mrr = closing_mrr then 'none'
            when opening_mrr = 0 and was_paying then 'reactivation'
            when opening_mrr = 0 then 'new'
            when closing_mrr = 0 then 'churn'
            when closing_mrr > opening_mrr then 'expansion'
            else 'contraction'
        end as movement,
    from balances

),

moved as (

    select
        customer_id,
        month,
        cast(opening_mrr as decimal(20, 4)) as opening_mrr,
        cast(case movement when 'new' then closing_mrr else 0 end as decimal(20, 4)) as new,
        cast(case movement when 'expansion' then closing_mrr - opening_mrr else 0 end as decimal(20, 4)) as expansion,
        cast(
            case movement when 'contraction' then closing_mrr - opening_mrr else 0 end as decimal(20, 4)
        ) as contraction,
        cast(case movement when 'churn' then -opening_mrr else 0 end as decimal(20, 4)) as churn,
        cast(case movement when 'reactivation' then closing_mrr else 0 end as decimal(20, 4)) as reactivation,
        cast(closing_mrr as decimal(20, 4)) as closing_mrr,
        currency,
    from named

)

select * from moved
