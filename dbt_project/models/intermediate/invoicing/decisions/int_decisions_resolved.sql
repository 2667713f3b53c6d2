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

int_document_decisions_resolved as (

    select * from {{ ref('int_document_decisions_resolved') }}

),

int_decision_amounts_held_back as (

    select * from {{ ref('int_decision_amounts_held_back') }}

),

resolved as (

    select
        decisions.* replace (
            coalesce(charge_decisions.charge_id, decisions.charge_id) as charge_id,
            coalesce(voids.document_id, decisions.document_id) as document_id
        ),
        coalesce(charge_decisions.state, voids.state, document_decisions.state) as state,
        cast(coalesce(caps.held_back_amount, 0) as decimal(20, 4)) as held_back_amount,
    from int_decisions_ordered as decisions
    left join int_charge_decisions_resolved as charge_decisions on decisions.decision_id = charge_decisions.decision_id
    left join int_void_decisions_resolved as voids on decisions.decision_id = voids.decision_id
    left join
        int_document_decisions_resolved as document_decisions
        on decisions.decision_id = document_decisions.decision_id
    left join int_decision_amounts_held_back as caps on decisions.decision_id = caps.decision_id

)

select * from resolved
