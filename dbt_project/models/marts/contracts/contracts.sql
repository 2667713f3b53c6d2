with

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

phases as (

    select * from {{ ref('int_contract_phases') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

phases_listed as (

    select
        contract_id,
        cast(to_json(list({
            'phase_from': phase_from,
            'phase_until': nullif(phase_until, date '9999-12-31'),
            'plan_id': plan_id,
            'quantity': cast(quantity as varchar),
            'department': department
        } order by phase_no)) as varchar) as phases,
    from phases
    group by contract_id

),

current_phases as (

    select phases.*
    from phases
    cross join run
    qualify row_number() over (
        partition by phases.contract_id
        order by
            phases.phase_from <= run.as_of_date desc,
            phases.phase_no * case when phases.phase_from <= run.as_of_date then -1 else 1 end
    ) = 1

)

select
    lives.contract_id,
    lives.user_customer_id as customer_id,
    coalesce(current_phases.plan_id, lives.plan_id) as plan_id,
    lives.plan_id as signed_plan_id,
    lives.service_from,
    lives.signed_on,
    nullif(lives.life_until, date '9999-12-31') as ends_on,
    lives.trial_until,
    lives.anchor_day as billing_anchor_day,
    coalesce(current_phases.quantity, lives.quantity) as quantity,
    lives.zone as time_zone,
    lives.currency,
    lives.entity_id,
    lives.term_months,
    lives.is_auto_renewed as auto_renew,
    coalesce(current_phases.department, lives.department) as department,
    lives.payment_method_id,
    lives.purchase_order,
    lives.cancelled_on,
    case
        when lives.life_until <= run.as_of_date and lives.cancelled_on = lives.life_until then 'cancelled'
        when lives.life_until <= run.as_of_date then 'ended'
        when lives.service_from > run.as_of_date then 'scheduled'
        when lives.trial_until > run.as_of_date then 'trial'
        when current_phases.phase_until <= run.as_of_date then 'paused'
        else 'active'
    end as status,
    lives.updated_at,
    phases_listed.phases,
from lives
cross join run
left join current_phases on lives.contract_id = current_phases.contract_id
left join phases_listed on lives.contract_id = phases_listed.contract_id
