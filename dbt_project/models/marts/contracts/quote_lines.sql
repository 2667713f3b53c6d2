with

quote_lines as (

    select * from {{ ref('stg_crm__quote_lines') }}

),

newest as (

    select *
    from quote_lines
    qualify row_number() over (
        partition by quote_id, quote_line_no
        order by received_at desc, file_name desc, line_no desc
    ) = 1

)

select
    quote_id,
    quote_line_no as line_no,
    plan_id,
    description,
    quantity,
    expected_usage,
    unit_price,
from newest
