with

charges as (

    select * from {{ ref('int_charges_net_of_tax') }}

),

recognised as (

    select * from {{ ref('int_revenue_recognised') }}

),

purchases as (

    select * from {{ ref('int_credit_purchases_recognised') }}

),

invoiced as (

    select * from {{ ref('int_invoiced_by_charge_month') }}

),

flows as (

    select charge_id, month, recognised_amount, 0 as billed_amount, 0 as credited_amount from recognised
    union all
    select charge_id, month, recognised_amount, 0, 0 from purchases
    union all
    select charge_id, month, 0, billed_amount, credited_amount from invoiced

),

{# A charge has rows from its first movement to its last, and on to tonight while it is not settled. #}
lives as (

    select
        charges.charge_id,
        min(flows.month) as first_month,
        greatest(
            max(flows.month),
            case
                when sum(flows.billed_amount + flows.credited_amount - flows.recognised_amount) <> 0
                    then date_trunc('month', any_value(charges.as_of_date))
                else max(flows.month)
            end
        ) as last_month,
    from flows
    inner join charges on flows.charge_id = charges.charge_id
    group by charges.charge_id

),

months as (

    select
        charge_id,
        cast(unnest(generate_series(cast(first_month as timestamp), last_month, interval 1 month)) as date) as month,
    from lives

),

movements as (

    select
        months.charge_id,
        months.month,
        coalesce(sum(flows.recognised_amount), 0) as recognised_amount,
        coalesce(sum(flows.billed_amount), 0) as billed_amount,
        coalesce(sum(flows.credited_amount), 0) as credited_amount,
    from months
    left join flows on months.charge_id = flows.charge_id and months.month = flows.month
    group by months.charge_id, months.month

),

standing as (

    select
        *,
        sum(recognised_amount) over to_date as recognised_to_date,
        sum(billed_amount + credited_amount) over to_date as billed_to_date,
    from movements
    window to_date as (partition by charge_id order by month)

),

{# A draw of credits takes from what is deferred or unbilled of the charge that it pays: the same, below zero. #}
scheduled as (

    select
        standing.charge_id,
        standing.month,
        if(charges.credit_block_id is null, 1, -1) as direction,
        cast(recognised_amount as decimal(20, 4)) as recognised_amount,
        cast(billed_amount as decimal(20, 4)) as billed_amount,
        cast(credited_amount as decimal(20, 4)) as credited_amount,
        cast(billed_to_date as decimal(20, 4)) as billed_to_date,
        cast(recognised_to_date as decimal(20, 4)) as recognised_to_date,
        cast(
            greatest((billed_to_date - recognised_to_date) * direction, 0) * direction as decimal(20, 4)
        ) as deferred_amount,
        cast(
            greatest((recognised_to_date - billed_to_date) * direction, 0) * direction as decimal(20, 4)
        ) as unbilled_amount,
    from standing
    inner join charges on standing.charge_id = charges.charge_id

)

select * from scheduled
