with

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

fee_versions as (

    select * from {{ ref('stg_catalog__fee_versions') }}

),

priced_by_event as (

    select distinct
        plan_id,
        fee_id,
    from fee_versions
    where coalesce(free_events, free_amount, minimum_per_event, maximum_per_event) is not null

),

usage_fees as (

    select
        fees.plan_id,
        fees.meter,
        max(coalesce(fees.until, date '9999-12-31')) as until,
        case when not bool_or(fees.filter = '{}') then list_sort(list_distinct(list(fees.filter))) end as filters,
        bool_and(fees.model = 'dynamic') as needs_price,
        bool_or(priced_by_event.fee_id is not null) as is_by_event,
    from fees
    left join priced_by_event on fees.plan_id = priced_by_event.plan_id and fees.fee_id = priced_by_event.fee_id
    where fees.kind = 'usage'
    group by fees.plan_id, fees.meter

)

select * from usage_fees
