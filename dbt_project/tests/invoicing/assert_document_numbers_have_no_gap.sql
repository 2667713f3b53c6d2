-- Fails if a series of document numbers (entity, type, year), issued and proposed, has a gap or a number twice.
with

documents as (

    select
        number_series,
        number_seq,
    from {{ ref('invoices') }}
    where not is_opening
    union all
    select
        number_series,
        number_seq,
    from {{ ref('invoices_to_issue') }}

)

select
    number_series,
    count(*) as document_count,
    count(distinct number_seq) as number_count,
    min(number_seq) as first_number,
    max(number_seq) as last_number,
from documents
group by all
having count(*) <> max(number_seq) or count(distinct number_seq) <> count(*) or min(number_seq) <> 1
