with

int_decisions_resolved as (

    select * from {{ ref('int_decisions_resolved') }}

),

int_payment_decisions_judged as (

    select * from {{ ref('int_payment_decisions_judged') }}

),

{# What a decision is about says who judges it. #}
decisions as (

    select
        resolved.decision_id,
        resolved.kind,
        coalesce(resolved.state, judged.state) as state,
        coalesce(judged.document_id, resolved.document_id) as document_id,
        resolved.payment_id,
        resolved.charge_id,
        resolved.contract_id,
        resolved.plan_id,
        resolved.fee_id,
        resolved.instance,
        resolved.period_from,
        resolved.amount,
        resolved.currency,
        resolved.held_back_amount,
        resolved.until,
        resolved.decided_by,
        resolved.decided_at,
        resolved.reason,
        resolved.content_hash,
        resolved.file_name,
        resolved.line_no,
    from int_decisions_resolved as resolved
    left join int_payment_decisions_judged as judged on resolved.decision_id = judged.decision_id

)

select * from decisions
