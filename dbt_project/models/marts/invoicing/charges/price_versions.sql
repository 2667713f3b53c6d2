with

used as (

    select * from {{ ref('int_price_versions_used') }}

)

select
    plan_id,
    fee_id,
    currency,
    valid_from,
    priced_charges,
    first_used_on,
from used
