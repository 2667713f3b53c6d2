with

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

steps as (

    select * from {{ ref('int_contract_phase_starts') }}

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
