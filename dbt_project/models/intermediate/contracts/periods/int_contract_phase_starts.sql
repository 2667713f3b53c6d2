with

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

renewals as (

    select * from {{ ref('int_renewals_dated') }}

),

pauses as (

    select * from {{ ref('int_contract_pauses') }}

),

{# The signing is the first change; what a change leaves unsaid stays as it was. #}
gathered as (

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

    select contract_id, renewed_from as effective_on, step_no, renewed_from as price_agreed_on, from renewals

    union all by name

    select contract_id, unnest([paused_from, paused_until]) as effective_on, step_no, unnest([true, false]) as is_paused, from pauses

)

select * from gathered
