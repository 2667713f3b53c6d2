with

lives as (

    select * from {{ ref('int_contract_lives_bounded') }}

),

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

{# The signing is the first change; a pause that says until when ends by itself. #}
steps as (

    select
        contract_id,
        service_from as effective_on,
        0 as step_no,
        plan_id,
        quantity,
        department,
        false as is_paused,
        price_agreed_on,
        price_agreed_on as plan_agreed_on,
    from lives

    union all

    select
        contract_id,
        effective_on,
        step_no,
        case when kind = 'change_plan' then plan_id end,
        case when kind in ('change_plan', 'change_quantity') and fee_id is null then quantity end,
        case when kind = 'change_department' then department end,
        case kind when 'pause' then true when 'resume' then false end,
        case when kind = 'renew' then effective_on end,
        case when kind = 'change_plan' then effective_on end,
    from changes
    where kind in ('change_plan', 'change_quantity', 'change_department', 'pause', 'resume', 'renew')

    union all

    select
        contract_id,
        until,
        step_no,
        null,
        null,
        null,
        false,
        null,
        null,
    from changes
    where kind = 'pause' and until is not null

),

carried_forward as (

    select
        contract_id,
        effective_on,
        last_value(plan_id ignore nulls) over history as plan_id,
        last_value(quantity ignore nulls) over history as quantity,
        last_value(department ignore nulls) over history as department,
        last_value(is_paused ignore nulls) over history as is_paused,
        last_value(price_agreed_on ignore nulls) over history as price_agreed_on,
        last_value(plan_agreed_on ignore nulls) over history as plan_agreed_on,
    from steps
    window
        history as (
            partition by contract_id
            order by effective_on, step_no
            rows between unbounded preceding and current row
        )
    qualify row_number() over (partition by contract_id, effective_on order by step_no desc) = 1

),

bounded as (

    select
        carried_forward.* exclude (effective_on),
        carried_forward.effective_on as phase_from,
        least(
            lives.life_until,
            lead(carried_forward.effective_on, 1, date '9999-12-31') over (
                partition by carried_forward.contract_id
                order by carried_forward.effective_on
            )
        ) as phase_until,
    from carried_forward
    inner join lives on carried_forward.contract_id = lives.contract_id

),

numbered as (

    select
        contract_id,
        row_number() over (partition by contract_id order by phase_from)::integer as phase_no,
        phase_from,
        phase_until,
        plan_id,
        quantity,
        department,
        price_agreed_on,
        plan_agreed_on,
    from bounded
    where phase_from < phase_until and not is_paused

)

select * from numbered
