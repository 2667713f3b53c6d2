with

int_decisions_ordered as (

    select * from {{ ref('int_decisions_ordered') }}

),

int_charge_decisions_resolved as (

    select * from {{ ref('int_charge_decisions_resolved') }}

),

int_void_decisions_resolved as (

    select * from {{ ref('int_void_decisions_resolved') }}

),

int_documents_held as (

    select * from {{ ref('int_documents_held') }}

),

int_charges_owed as (

    select * from {{ ref('int_charges_owed') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

{# What a cap held back: a correction above the computed amount, goodwill beyond what was left. #}
held_back as (

    select
        decisions.decision_id,
        case decisions.kind
            when 'correction' then greatest(decisions.amount - charges.computed_amount, 0)
            when 'goodwill' then decisions.amount - greatest(0, least(
                decisions.amount, charges.corrected_amount - coalesce(sum(decisions.amount) over earlier, 0)
            ))
        end as held_back_amount,
    from int_charge_decisions_resolved as decisions
    inner join int_charges_owed as charges on decisions.charge_id = charges.charge_id
    where decisions.state = 'applied'
    window earlier as (
        partition by decisions.charge_id, decisions.kind
        order by decisions.decision_no
        rows between unbounded preceding and 1 preceding
    )

),

documents as (

    select document_id, content_hash, true as is_issued, from stg_ledger__documents
    union all
    select document_number, content_hash, true as is_issued, from stg_ledger__documents
    union all
    select document_id, content_hash, false as is_issued, from int_documents_held

),

{# hold, approve and release name a draft, or a document that is issued. A decision of another area is only recorded here. #}
document_decisions as (

    select
        decisions.decision_id,
        case
            when decisions.kind not in ('hold', 'approve', 'release') then 'recorded'
            when documents.document_id is null then 'refused_unknown'
            when decisions.kind = 'approve' and decisions.content_hash is distinct from documents.content_hash
                then 'refused_changed'
            else 'applied'
        end as state,
    from int_decisions_ordered as decisions
    left join documents on decisions.document_id = documents.document_id

),

resolved as (

    select
        decisions.* replace (
            coalesce(charge_decisions.charge_id, decisions.charge_id) as charge_id,
            coalesce(voids.document_id, decisions.document_id) as document_id
        ),
        coalesce(charge_decisions.state, voids.state, document_decisions.state) as state,
        cast(coalesce(held_back.held_back_amount, 0) as decimal(20, 4)) as held_back_amount,
    from int_decisions_ordered as decisions
    left join int_charge_decisions_resolved as charge_decisions on decisions.decision_id = charge_decisions.decision_id
    left join int_void_decisions_resolved as voids on decisions.decision_id = voids.decision_id
    left join document_decisions on decisions.decision_id = document_decisions.decision_id
    left join held_back on decisions.decision_id = held_back.decision_id

)

select * from resolved
