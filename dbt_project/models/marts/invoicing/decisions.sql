with

int_decisions_resolved as (

    select * from {{ ref('int_decisions_resolved') }}

),

decisions as (

    select
        decision_id,
        kind,
        state,
        document_id,
        payment_id,
        charge_id,
        contract_id,
        plan_id,
        fee_id,
        instance,
        period_from,
        amount,
        currency,
        held_back_amount,
        until,
        decided_by,
        decided_at,
        reason,
        content_hash,
        file_name,
        line_no,
    from int_decisions_resolved

)

select * from decisions
