with

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

)

select
    fees.plan_id,
    fees.fee_id,
    fees.fee_no,
    fees.name_en,
    fees.name_ja,
    fees.kind,
    fees.timing,
    fees.model,
    fees.meter,
    fees.unit_en as unit,
    fees.unit_ja,
    fees.tax_code,
    coalesce(fees.interval_every, plans.interval_every) as interval_every,
    coalesce(fees.interval_unit, plans.interval_unit) as interval_unit,
    fees.until,
    fees.is_optional,
    fees.is_additive,
    fees.filter,
    fees.allowance,
from fees
inner join plans on fees.plan_id = plans.plan_id
