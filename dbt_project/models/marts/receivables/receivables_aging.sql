with

invoices as (

    select * from {{ ref('int_open_items') }} where document_type = 'invoice' and open_amount > 0

),

run as (

    select * from {{ ref('stg_run__run') }}

),

unused_by_seller as (

    select * from {{ ref('int_unapplied_money_by_payer') }}

),

unused as (

    select
        customer_id,
        currency,
        cast(sum(unused_amount) as decimal(20, 4)) as unused_amount,
    from unused_by_seller
    group by customer_id, currency

),

dated as (

    select
        invoices.customer_id,
        invoices.currency,
        invoices.open_amount,
        run.as_of_date - invoices.due_date as days_past_due,
    from invoices
    cross join run

),

aged as (

    select
        customer_id,
        currency,
        coalesce(sum(open_amount) filter (where days_past_due <= 0), 0) as current,
        coalesce(sum(open_amount) filter (where days_past_due between 1 and 30), 0) as days_1_30,
        coalesce(sum(open_amount) filter (where days_past_due between 31 and 60), 0) as days_31_60,
        coalesce(sum(open_amount) filter (where days_past_due between 61 and 90), 0) as days_61_90,
        coalesce(sum(open_amount) filter (where days_past_due between 91 and 120), 0) as days_91_120,
        coalesce(sum(open_amount) filter (where days_past_due > 120), 0) as days_over_120,
        sum(open_amount) as open_amount,
    from dated
    group by customer_id, currency

),

netted as (

    select
        coalesce(aged.customer_id, unused.customer_id) as customer_id,
        coalesce(aged.currency, unused.currency) as currency,
        cast(coalesce(aged.current, 0) as decimal(20, 4)) as current,
        cast(coalesce(aged.days_1_30, 0) as decimal(20, 4)) as days_1_30,
        cast(coalesce(aged.days_31_60, 0) as decimal(20, 4)) as days_31_60,
        cast(coalesce(aged.days_61_90, 0) as decimal(20, 4)) as days_61_90,
        cast(coalesce(aged.days_91_120, 0) as decimal(20, 4)) as days_91_120,
        cast(coalesce(aged.days_over_120, 0) as decimal(20, 4)) as days_over_120,
        coalesce(unused.unused_amount, 0) as unapplied,
        cast(coalesce(aged.open_amount, 0) - coalesce(unused.unused_amount, 0) as decimal(20, 4)) as total,
    from aged
    full join unused on aged.customer_id = unused.customer_id and aged.currency = unused.currency

)

select * from netted
