with

quotes as (

    select * from {{ ref('stg_crm__quotes') }}

),

quote_lines as (

    select * from {{ ref('stg_crm__quote_lines') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

newest_quotes as (

    select *
    from quotes
    qualify row_number() over (partition by quote_id order by received_at desc, file_name desc, line_no desc) = 1

),

newest_lines as (

    select *
    from quote_lines
    qualify row_number() over (
        partition by quote_id, quote_line_no
        order by received_at desc, file_name desc, line_no desc
    ) = 1

)

select
    newest_quotes.quote_id,
    newest_lines.quote_line_no as line_no,
    newest_quotes.customer_id,
    newest_quotes.quoted_on,
    newest_quotes.valid_until,
    case
        when newest_quotes.valid_until < run.as_of_date and coalesce(newest_quotes.status, 'draft') in ('draft', 'sent') then 'expired'
        else coalesce(newest_quotes.status, 'draft')
    end as status,
    newest_quotes.contract_id,
    newest_lines.plan_id,
    newest_lines.description,
    newest_lines.quantity,
    newest_lines.expected_usage,
    newest_lines.unit_price,
from newest_quotes
cross join run
left join newest_lines on newest_quotes.quote_id = newest_lines.quote_id
