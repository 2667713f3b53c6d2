with

tiles as (

    select * from {{ ref('int_billing_periods_served') }}

),

phases as (

    select * from {{ ref('int_contract_phases_with_pauses') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

in_advance as (

    select distinct
        plan_id,
        interval_every,
        interval_unit
    from fees
    where timing = 'advance'

)

select
    tiles.contract_id,
    tiles.period_from,
    tiles.period_until,
    tiles.is_trial,
    case when in_advance.plan_id is not null then tiles.advance_bill_on else tiles.arrears_bill_on end as bill_on,
    tiles.interval_every,
    tiles.interval_unit,
    tiles.served_from,
    tiles.served_until,
    tiles.advance_bill_on,
    tiles.arrears_bill_on,
    tiles.payer_id,
from tiles
left join phases
    on
        tiles.contract_id = phases.contract_id
        and tiles.served_from >= phases.phase_from
        and tiles.served_from < phases.phase_until
left join in_advance
    on
        phases.plan_id = in_advance.plan_id
        and tiles.interval_every = in_advance.interval_every
        and tiles.interval_unit = in_advance.interval_unit
