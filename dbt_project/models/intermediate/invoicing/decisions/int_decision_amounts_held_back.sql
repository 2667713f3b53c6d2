with

int_charge_decisions_resolved as (

    select * from {{ ref('int_charge_decisions_resolved') }}

),

int_charges_owed as (

    select * from {{ ref('int_charges_owed') }}

),

{# What a cap held back: a correction above the computed amount, goodwill beyond what was left. #}
reported as (

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

)

select * from reported
