with

quote_usage as (

    select * from {{ ref('stg_crm__quote_usage') }}

),

newest as (

    select *
    from quote_usage
    qualify row_number() over (
        partition by quote_id, quote_line_no, meter, properties, extra
        order by received_at desc, file_name desc, line_no desc
    ) = 1

)

select
    quote_id,
    quote_line_no as line_no,
    meter,
    coalesce(properties, '') as properties,
    coalesce(extra, '') as extra,
    quantity,
    events,
from newest
