with

int_decisions_ordered as (

    select * from {{ ref('int_decisions_ordered') }}

),

int_documents_judged as (

    select * from {{ ref('int_documents_judged') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

documents as (

    select document_id, content_hash, false as is_in_doubt, from stg_ledger__documents
    union all
    select document_number, content_hash, false as is_in_doubt, from stg_ledger__documents
    union all
    select document_id, content_hash, coalesce(hold_reason = 'in_doubt', false), from int_documents_judged

),

{# hold, approve and release name a draft or an issued document; what a claim names only a mend releases. A decision of another area is only
   recorded here. #}
resolved as (

    select
        decisions.decision_id,
        case
            when decisions.kind not in ('hold', 'approve', 'release') then 'recorded'
            when documents.document_id is null then 'refused_unknown'
            when decisions.kind in ('approve', 'release') and documents.is_in_doubt then 'refused_in_doubt'
            when decisions.kind = 'approve' and coalesce(decisions.content_hash, '') <> documents.content_hash
                then 'refused_changed'
            else 'applied'
        end as state,
    from int_decisions_ordered as decisions
    left join documents on decisions.document_id = documents.document_id

)

select * from resolved
