with

scheduled as (

    select * from {{ ref('int_revenue_scheduled') }}

),

charges as (

    select * from {{ ref('int_charges_net_of_tax') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

flows as (

    select
        charges.currency,
        scheduled.month,
        sum(scheduled.billed_amount) as billed,
        sum(scheduled.recognised_amount) as recognised,
        sum(scheduled.credited_amount) as adjusted,
    from scheduled
    inner join charges on scheduled.charge_id = charges.charge_id
    inner join run on scheduled.month <= run.as_of_date
    group by charges.currency, scheduled.month

),

spans as (

    select
        flows.currency,
        min(flows.month) as first_month,
        any_value(run.as_of_date) as as_of_date,
    from flows
    cross join run
    group by flows.currency

),

months as (

    select
        currency,
        cast(unnest(generate_series(cast(first_month as timestamp), as_of_date, interval 1 month)) as date) as month,
    from spans

),

standing as (

    select
        months.currency,
        months.month,
        coalesce(flows.billed, 0) as billed,
        coalesce(flows.recognised, 0) as recognised,
        coalesce(flows.adjusted, 0) as adjusted,
        sum(coalesce(flows.billed - flows.recognised + flows.adjusted, 0)) over (
            partition by months.currency order by months.month
        ) as closing,
    from months
    left join flows on months.currency = flows.currency and months.month = flows.month

),

rolled as (

    select
        currency,
        month,
        cast(closing - billed + recognised - adjusted as decimal(20, 4)) as opening,
        cast(billed as decimal(20, 4)) as billed,
        cast(-recognised as decimal(20, 4)) as recognised,
        cast(adjusted as decimal(20, 4)) as adjusted,
        cast(closing as decimal(20, 4)) as closing,
    from standing

)

select * from rolled
