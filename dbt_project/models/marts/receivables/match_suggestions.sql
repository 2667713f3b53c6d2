with

suggested as (

    select * from {{ ref('int_matches_suggested') }}

),

documents as (

    select * from {{ ref('int_open_items') }}

),

named as (

    select
        suggested.payment_id,
        suggested.document_id,
        documents.document_number,
        documents.customer_id,
        documents.due_date,
        documents.open_amount,
        suggested.amount,
        documents.currency,
        suggested.confidence,
        suggested.reason,
        suggested.rule,
        suggested.meaning_ja,
    from suggested
    inner join documents on suggested.document_id = documents.document_id

)

select * from named
