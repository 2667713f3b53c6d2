with

draft_invoices as (

    select * from {{ ref('draft_invoices') }}

),

int_document_holds as (

    select * from {{ ref('int_document_holds') }}

),

hold_reasons as (

    select * from {{ ref('hold_reasons') }}

),

in_doubt as (

    select distinct document_id from {{ ref('int_claims_broken') }}

),

reasons as (

    select
        document_id,
        hold_reason,
    from int_document_holds
    union all
    select
        document_id,
        'in_doubt' as hold_reason,
    from in_doubt

),

holds as (

    select
        drafts.document_id,
        reasons.hold_reason,
        reasons.hold_reason = drafts.hold_reason as is_first_reason,
        hold_reasons.is_released_by,
        hold_reasons.meaning_ja,
        hold_reasons.meaning_en,
        drafts.entity_id,
        drafts.customer_id,
        drafts.currency,
        drafts.total_amount,
        drafts.bill_on,
        drafts.content_hash,
    from draft_invoices as drafts
    inner join reasons on drafts.document_id = reasons.document_id
    inner join hold_reasons on reasons.hold_reason = hold_reasons.hold_reason

)

select * from holds
