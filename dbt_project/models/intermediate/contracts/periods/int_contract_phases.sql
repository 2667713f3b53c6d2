with

phases as (

    select * from {{ ref('int_contract_phases_with_pauses') }}

),

numbered as (

    select
        contract_id,
        cast(row_number() over (partition by contract_id order by phase_from) as integer) as phase_no,
        phase_from,
        phase_until,
        plan_id,
        quantity,
        department,
        price_agreed_on,
        plan_agreed_on,
    from phases
    where not is_paused

)

select * from numbered
