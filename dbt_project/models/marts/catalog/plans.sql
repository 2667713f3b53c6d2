with

plans as (

    select * from {{ ref('stg_catalog__plans') }}

)

select
    plan_id,
    name_en,
    name_ja,
    product,
    department,
    entity_id,
    currency,
    interval_every,
    interval_unit,
    price_basis,
    trial_days,
    proration,
from plans
