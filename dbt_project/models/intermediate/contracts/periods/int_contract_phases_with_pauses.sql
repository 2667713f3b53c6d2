with

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

pauses as (

    select * from {{ ref('int_contract_pauses') }}

),

{# The signing is the first change; what a change leaves unsaid stays as it was. #}
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

    union all by name

    select
        contract_id,
        effective_on,
        step_no,
        case when kind = 'change_plan' then plan_id end as plan_id,
        case when kind in ('change_plan', 'change_quantity') and fee_id is null then quantity end as quantity,
        case when kind = 'change_department' then department end as department,
        null as is_paused,
        null as price_agreed_on,
        case when kind = 'change_plan' then effective_on end as plan_agreed_on,
    from changes
    where kind in ('change_plan', 'change_quantity', 'change_department')

    union all by name

    select contract_id, renewed_from as effective_on, step_no, renewed_from as price_agreed_on, from changes
    where kind = 'renew'

    union all by name

    select
        contract_id,
        unnest([paused_from, paused_until]) as effective_on,
        step_no,
        unnest([true, false]) as is_paused,
    from pauses

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

)

select * from bounded
where phase_from < phase_until
