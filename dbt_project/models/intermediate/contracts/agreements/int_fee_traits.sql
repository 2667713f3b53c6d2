with

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

{# A change without a plan is for every plan that has the fee; an own price without one is for the plan that was signed. #}
told as (

    select
        fee_id,
        plan_id,
        bool_and(kind = 'recurring') as is_recurring,
        bool_and(model = 'flat') as is_flat,
        bool_and(model = 'flat') or bool_and(model in ('per_unit', 'package', 'per_day')) as has_one_price,
    from fees
    group by grouping sets ((fee_id, plan_id), (fee_id))

)

select * from told
