with

documents as (

    select * from {{ ref('int_documents_opened') }}

),

decided as (

    select * from {{ ref('int_deposits_matched_by_decision') }}

),

written_off as (

    select * from {{ ref('int_documents_written_off') }}

),

awaited as (

    select *
    from documents
    where
        document_type = 'invoice'
        and open_amount > 0
        and document_id not in (select decided.document_id from decided)
        and document_id not in (select written_off.document_id from written_off)

)

select * from awaited
