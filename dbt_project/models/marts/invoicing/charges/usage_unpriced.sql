with

unpriced as (

    select * from {{ ref('int_charges_unpriced') }}

)

select
    charge_id,
    contract_id,
    plan_id,
    fee_id,
    period_from,
    period_until,
    dimensions,
    currency,
    quantity,
    reason,
from unpriced
