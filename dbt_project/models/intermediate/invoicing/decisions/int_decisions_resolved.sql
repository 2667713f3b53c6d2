with

int_decisions_ordered as (

    select * from {{ ref('int_decisions_ordered') }}

),

int_charge_decisions_resolved as (

    select * from {{ ref('int_charge_decisions_resolved') }}

),

int_charges_owed as (

    select * from {{ ref('int_charges_owed') }}

),

int_void_decisions_resolved as (

    select * from {{ ref('int_void_decisions_resolved') }}

),

int_document_contents as (

    select * from {{ ref('int_document_contents') }}

),

int_claims_broken as (

    select * from {{ ref('int_claims_broken') }}

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

    select document_id as name, document_id, content_hash, false as is_in_doubt from stg_ledger__documents
    union
    select document_number, document_id, content_hash, false from stg_ledger__documents
    union
    select
        document_id, document_id, content_hash,
        document_id in (select claims.document_id from int_claims_broken as claims)
    from int_document_contents

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
of_documents as (

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

),

resolved as (

    select
        decisions.* replace (
            coalesce(of_charges.charge_id, decisions.charge_id) as charge_id,
            coalesce(voids.document_id, decisions.document_id) as document_id
        ),
        coalesce(of_charges.state, voids.state, of_documents.state) as state,
        cast(coalesce(held_back.held_back_amount, 0) as decimal(20, 4)) as held_back_amount,
    from int_decisions_ordered as decisions
    left join int_charge_decisions_resolved as of_charges on decisions.decision_id = of_charges.decision_id
    left join int_void_decisions_resolved as voids on decisions.decision_id = voids.decision_id
    left join of_documents on decisions.decision_id = of_documents.decision_id
    left join held_back on decisions.decision_id = held_back.decision_id

)

select * from resolved
