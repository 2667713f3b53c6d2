-- Fails if two documents, issued or proposed, carry the same number: two entities may not share a number pattern.
with

documents as (

    select
        document_number,
        document_id,
    from {{ ref('invoices') }}
    union all
    select
        document_number,
        document_id,
    from {{ ref('invoices_to_issue') }}

)

select
    document_number,
    count(*) as document_count,
from documents
group by all
having count(*) > 1 or document_number is null or document_number = ''
