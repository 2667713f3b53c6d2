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

    select document_id as name, document_id, content_hash, false as is_in_doubt from stg_ledger__documents
    union
    select document_number as name, document_id, content_hash, false as is_in_doubt from stg_ledger__documents
    union
    select document_id as name, document_id, content_hash, coalesce(hold_reason = 'in_doubt', false) as is_in_doubt
    from int_documents_judged

),

{# A number of two sellers names two documents. #}
named as (

    select
        name,
        any_value(content_hash) as content_hash,
        any_value(is_in_doubt) as is_in_doubt,
        count(distinct document_id) as fit_count,
    from documents
    group by name

),

{# hold, approve and release name a draft or an issued document; what a claim names only a mend releases. #}
resolved as (

    select
        decisions.decision_id,
        case
            when named.name is null then 'refused_unknown'
            when named.fit_count > 1 then 'refused_ambiguous'
            when decisions.kind in ('approve', 'release') and named.is_in_doubt then 'refused_in_doubt'
            when decisions.kind = 'approve' and coalesce(decisions.content_hash, '') <> named.content_hash
                then 'refused_changed'
            else 'applied'
        end as state,
    from int_decisions_ordered as decisions
    left join named on decisions.document_id = named.name
    where decisions.kind in ('hold', 'approve', 'release')

)

select * from resolved
