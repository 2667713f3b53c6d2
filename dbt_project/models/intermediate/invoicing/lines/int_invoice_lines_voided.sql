with

int_invoice_lines_uncredited as (

    select * from {{ ref('int_invoice_lines_uncredited') }}

),

stg_ledger__document_lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

int_void_decisions_resolved as (

    select * from {{ ref('int_void_decisions_resolved') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

{# A void is a document of its own, billed on the day of the one it voids: its key stays from night to night.
   What stands of a line is taken back; a credit within the document is given back to the line that it named. #}
reversed as (

    select
        lines.* exclude (document_id, line_id, line_no, pricing_trace) replace (
            coalesce(standing.original_line_id, lines.line_id) as original_line_id,
            cast(
                -if(standing.is_original, standing.remaining_amount, lines.line_amount) as decimal(20, 4)
            ) as line_amount,
            cast(
                -if(standing.is_original, standing.standing_tax_amount, lines.tax_amount) as decimal(20, 4)
            ) as tax_amount,
            'void' as reason
        ),
        documents.entity_id,
        {{ make_id(["'void'", 'documents.document_id']) }} as group_key,
        documents.bill_on,
        voids.document_id as voids_document_id,
        currencies.minor_digits,
    from int_invoice_lines_uncredited as standing
    inner join int_void_decisions_resolved as voids on standing.document_id = voids.document_id
    inner join stg_ledger__document_lines as lines on standing.line_id = lines.line_id
    inner join stg_ledger__documents as documents on standing.document_id = documents.document_id
    left join currencies on lines.currency = currencies.currency
    where voids.is_pending

),

signed as (

    select
        * replace (
            case price_basis when 'inclusive' then line_amount - tax_amount else line_amount end as net_amount
        ),
    from reversed
    where line_amount <> 0 or tax_amount <> 0

)

select * from signed
