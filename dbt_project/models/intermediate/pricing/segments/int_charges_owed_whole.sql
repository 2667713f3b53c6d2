with

identified as (

    select * from {{ ref('int_charges_identified') }} where part_period = 'whole'

),

prices as (

    select * from {{ ref('int_price_versions_in_force') }}

),

{# What has no price on any of its days is owed by nobody, and followed by nobody. #}
charges as (

    select
        contract_id,
        meter,
        period_from,
        period_until,
        plan_id,
        charge_id,
        served_until,
    from identified
    semi join prices using (charge_id)

),

{# The plan of the contract's last days in the period counts for those before it. #}
last_plans as (

    select
        contract_id,
        meter,
        period_from,
        period_until,
        arg_max(plan_id, served_until) as plan_id,
    from charges
    group by all

),

heirs as (

    select
        contract_id,
        meter,
        period_from,
        period_until,
        plan_id,
        list(charge_id order by charge_id) as charge_ids,
    from charges
    inner join last_plans using (contract_id, meter, period_from, period_until, plan_id)
    group by all

),

followed as (

    select
        charges.charge_id,
        case when charges.plan_id <> heirs.plan_id then heirs.charge_ids end as heir_charge_ids,
    from charges
    inner join heirs
        on
            charges.contract_id = heirs.contract_id
            and charges.meter = heirs.meter
            and charges.period_from = heirs.period_from
            and charges.period_until = heirs.period_until

)

select * from followed
