with

documents as (

    select * from {{ ref('int_open_items') }}

),

decided as (

    select * from {{ ref('int_deposits_matched_by_decision') }}

),

written_off as (

    select * from {{ ref('int_documents_written_off') }}

),

invoices_aged as (

    select * from {{ ref('int_invoices_aged') }}

),

{# What is disputed or held is paid by no rule that has a choice. #}
awaited as (

    select
        documents.*,
        coalesce(invoices_aged.set_aside_reason in ('disputed', 'on_hold'), false) as is_contested,
    from documents
    left join invoices_aged on documents.document_id = invoices_aged.document_id
    where
        documents.document_type = 'invoice'
        and documents.open_amount > 0
        and documents.document_id not in (select decided.document_id from decided)
        and documents.document_id not in (select written_off.document_id from written_off)

)

select * from awaited
