with

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

usage_fees as (

    select
        plan_id,
        meter,
        max(coalesce(until, date '9999-12-31')) as until,
        case when not bool_or(filter = '{}') then list_sort(list_distinct(list(filter))) end as filters,
    from fees
    where kind = 'usage'
    group by plan_id, meter

)

select * from usage_fees
