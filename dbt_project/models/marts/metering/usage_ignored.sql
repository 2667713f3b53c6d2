with

metered as (

    select * from {{ ref('int_usage_metered') }}

)

select
    contract_id,
    meter,
    usage_date,
    dimensions,
    file_name,
    event_date,
    quantity,
    event_count,
from metered
where state = 'ignored'
