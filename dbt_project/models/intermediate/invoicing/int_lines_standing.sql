with

stg_ledger__document_lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

{# An original is what later lines may take back: an amount above zero, of a draw of credits one below. A trace is long, and only papers need it. #}
lines as (

    select
        * exclude (pricing_trace) replace (nullif(original_line_id, '') as original_line_id),
        nullif(original_line_id, '') is null and line_amount * if(fee_id = 'credits', -1, 1) > 0 as is_original,
    from stg_ledger__document_lines

),

{# What later lines took from (or gave back to) the line that they name. #}
movements as (

    select
        original_line_id,
        sum(line_amount) as line_amount,
        sum(tax_amount) as tax_amount,
    from lines
    where original_line_id is not null
    group by all

),

standing as (

    select
        lines.*,
        cast(lines.line_amount + coalesce(movements.line_amount, 0) as decimal(20, 4)) as remaining_amount,
        cast(lines.tax_amount + coalesce(movements.tax_amount, 0) as decimal(20, 4)) as standing_tax_amount,
        documents.document_number,
        documents.document_type,
        documents.entity_id,
        documents.group_key,
        documents.bill_on,
        documents.invoice_date,
    from lines
    inner join stg_ledger__documents as documents on lines.document_id = documents.document_id
    left join movements on lines.line_id = movements.original_line_id

)

select * from standing
