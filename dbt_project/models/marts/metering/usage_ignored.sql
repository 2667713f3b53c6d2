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
    cast(sum(quantity) as decimal(38, 12)) as quantity,
    cast(sum(event_count) as bigint) as event_count,
    case state when 'paused' then 'contract_paused' else 'received_too_late' end as reason,
from metered
where state in ('ignored', 'paused')
group by all
