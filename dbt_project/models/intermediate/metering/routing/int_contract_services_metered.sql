with

phases as (

    select * from {{ ref('int_contract_phases_with_pauses') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

usage_fees as (

    select * from {{ ref('int_plan_meters') }}

),

cuts as (

    select
        contract_id,
        phase_from as cut_on
    from phases
    union
    select
        contract_id,
        trial_until
    from contracts
    union
    select
        phases.contract_id,
        usage_fees.until
    from phases
    inner join usage_fees on phases.plan_id = usage_fees.plan_id
    where usage_fees.until < date '9999-12-31'

),

stretches as (

    select
        contract_id,
        cut_on as stretch_from,
        lead(cut_on, 1, date '9999-12-31') over (partition by contract_id order by cut_on) as stretch_until,
    from cuts

),

in_service as (

    select
        phases.contract_id,
        phases.plan_id,
        phases.is_paused,
        phases.is_paused and plans.usage_in_pause = 'refuse' as is_refused,
        greatest(stretches.stretch_from, phases.phase_from) as stretch_from,
        least(stretches.stretch_until, phases.phase_until) as stretch_until,
    from stretches
    inner join phases
        on
            stretches.contract_id = phases.contract_id
            and stretches.stretch_from < phases.phase_until
            and stretches.stretch_until > phases.phase_from
    inner join plans on phases.plan_id = plans.plan_id

)

select * from in_service
