with

meters as (

    select * from {{ ref('stg_catalog__meters') }}

)

select
    meter,
    event_type,
    aggregation,
    field,
    price_field,
    dimensions,
    time_bands,
    is_carried_over,
from meters
