{{ config(materialized='view') }}

with

usage as (

    select * from {{ ref('int_usage_summed_daily') }}

)

select
    contract_id,
    meter,
    usage_date,
    dimensions,
    quantity,
    event_count,
    priced_amount,
    unique_values,
    first_at,
    last_at,
    last_level,
    level_time,
from usage
where file_name is null
