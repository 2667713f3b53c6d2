with

segments as (

    select * from {{ ref('int_charge_segments') }} where part_period = 'whole'

),

charges as (

    select
        contract_id,
        meter,
        period_from,
        period_until,
        plan_id,
        charge_id,
        cast(greatest(sum(share_days), 1) as integer) as part_days,
        max(segment_until) as segments_until,
    from segments
    group by all

),

{# The plan of the contract's last days in the period counts for those before it. #}
last_plans as (

    select
        contract_id,
        meter,
        period_from,
        period_until,
        arg_max(plan_id, segments_until) as plan_id,
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
        charges.part_days,
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
