-- The critical rules of the border `out` that look at one document, asked before it has a number (expectations/out_documents.yml asks again).
with

documents as (

    select * from {{ ref('int_documents_totalled') }}

),

finer_lines as (

    select distinct document_id
    from {{ ref('int_invoice_lines_taxed') }}
    where
        line_amount is distinct from {{ round_amount('line_amount', 'minor_digits', "'floor'") }}
        or tax_amount is distinct from {{ round_amount('tax_amount', 'minor_digits', "'floor'") }}

),

particulars as (

    select
        document_id,
        coalesce(snapshot::json ->> '$.buyer.name', '') as buyer_name,
        coalesce(snapshot::json ->> '$.seller.name_ja', snapshot::json ->> '$.seller.name_en', '') as seller_name,
        coalesce(snapshot::json ->> '$.seller.registration_number', '') as registration_number,
    from {{ ref('int_invoice_print_data') }}

),

broken as (

    select
        'due_before_invoice_date' as claim,
        document_id,
    from documents
    where document_type = 'invoice' and due_date < invoice_date
    union all
    select
        'qualified_invoice_lacks_a_particular',
        documents.document_id,
    from documents
    left join particulars on documents.document_id = particulars.document_id
    where
        coalesce(particulars.buyer_name, '') = ''
        or particulars.seller_name = ''
        or (
            documents.currency = 'JPY' and documents.tax_amount <> 0
            and not regexp_full_match(particulars.registration_number, 'T[0-9]{13}')
        )
    union all
    select
        'amount_finer_than_its_currency',
        document_id,
    from finer_lines

)

select
    broken.claim,
    documents.customer_id,
    '' as contract_id,
    '' as charge_id,
    broken.document_id,
    documents.total_amount as amount,
    documents.currency,
from broken
inner join documents on broken.document_id = documents.document_id
