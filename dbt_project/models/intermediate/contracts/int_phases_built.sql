with

lives as (

    select * from {{ ref('int_contract_lives_bounded') }}

),

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

{# The signing is the first change. Several changes of one day act in the order of kind, then as they were recorded. #}
steps as (

    select
        contract_id,
        service_from as effective_on,
        0 as step_no,
        plan_id,
        quantity,
        department,
    from lives

    union all

    select
        contract_id,
        effective_on,
        row_number() over (
            partition by contract_id
            order by effective_on, kind, recorded_at nulls first, received_at, file_name, line_no
        ) as step_no,
        case when kind = 'change_plan' then plan_id end as plan_id,
        case when kind in ('change_plan', 'change_quantity') then quantity end as quantity,
        case when kind = 'change_department' then department end as department,
    from changes
    where kind in ('change_plan', 'change_quantity', 'change_department')

),

carried_forward as (

    select
        contract_id,
        effective_on,
        last_value(plan_id ignore nulls) over history as plan_id,
        last_value(quantity ignore nulls) over history as quantity,
        last_value(department ignore nulls) over history as department,
    from steps
    window history as (partition by contract_id order by step_no)
    qualify row_number() over (partition by contract_id, effective_on order by step_no desc) = 1

),

bounded as (

    select
        carried_forward.contract_id,
        carried_forward.effective_on as phase_from,
        least(
            lives.life_until,
            coalesce(
                lead(carried_forward.effective_on) over (
                    partition by carried_forward.contract_id
                    order by carried_forward.effective_on
                ),
                date '9999-12-31'
            )
        ) as phase_until,
        carried_forward.plan_id,
        carried_forward.quantity,
        carried_forward.department,
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
    from bounded
    where phase_from < phase_until

)

select * from numbered
