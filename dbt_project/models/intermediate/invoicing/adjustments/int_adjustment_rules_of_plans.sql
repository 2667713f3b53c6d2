with

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

intervals as (

    select
        fees.plan_id,
        fees.fee_id,
        plans.adjustments as adjustments_of_plan,
        coalesce(fees.interval_every, plans.interval_every) as interval_every,
        coalesce(fees.interval_unit, plans.interval_unit) as interval_unit,
    from fees
    inner join plans on fees.plan_id = plans.plan_id

),

resolved as (

    select
        plan_id,
        fee_id,
        adjustments_of_plan,
        interval_every > case interval_unit when 'year' then 0 when 'month' then 1 when 'week' then 4 else 31 end
            as is_longer_than_a_month,
    from intervals

)

select * from resolved
