with

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

steps as (

    select * from {{ ref('int_contract_amendments_sequenced') }}

),

judged as (

    select * from {{ ref('int_contract_changes_judged') }}

),

{# A cancellation that lies ahead does not act yet. #}
cancels_ahead as (

    select
        steps.contract_id,
        min(steps.acts_on) as planned_until,
    from steps
    inner join judged on steps.change_id = judged.change_id
    where judged.kind = 'cancel'
    group by steps.contract_id

),

cancels as (

    select
        contract_id,
        min(effective_on) as cancelled_on,
        arg_min(coalesce(refund, 'unused'), (effective_on, step_no)) as refund,
    from changes
    where kind = 'cancel'
    group by contract_id

),

renewals as (

    select
        contract_id,
        max(renewed_until) as renewed_until,
    from changes
    where kind = 'renew'
    group by contract_id

),

agreed as (

    select
        contracts.*,
        cancels.cancelled_on,
        cancels.refund,
        renewals.renewed_until,
    from contracts
    left join cancels on contracts.contract_id = cancels.contract_id
    left join renewals on contracts.contract_id = renewals.contract_id

),

bounded as (

    select
        agreed.* exclude (agreed_until, renewed_until),
        least(
            coalesce(if(agreed_until is null, null, greatest(agreed_until, renewed_until)), date '9999-12-31'),
            coalesce(cancelled_on, date '9999-12-31')
        ) as life_until,
        least(life_until, cancels_ahead.planned_until) as planned_until,
    from agreed
    left join cancels_ahead on agreed.contract_id = cancels_ahead.contract_id

)

select * from bounded
