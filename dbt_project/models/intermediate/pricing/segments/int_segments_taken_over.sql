with

charges as (

    select * from {{ ref('int_charges_identified') }} where part_period = 'whole'

),

owed_whole as (

    select * from {{ ref('int_charges_owed_whole') }}

),

fees_in_service as (

    select * from {{ ref('int_fees_in_service') }}

),

prices as (

    select * from {{ ref('int_prices_in_force') }}

),

followed as (

    select
        charge_id,
        unnest(heir_charge_ids) as heir_charge_id,
    from owed_whole

),

{# Each day once, whichever fees the earlier plans had: the days on which they were served and had a price. #}
days as (

    select distinct
        followed.heir_charge_id as charge_id,
        cast(unnest(range(
            cast(greatest(fees_in_service.stretch_from, prices.piece_from) as timestamp),
            cast(least(fees_in_service.stretch_until, prices.piece_until) as timestamp),
            interval 1 day
        )) as date) as day,
        cast(date_trunc('month', day) as date) as month,
    from followed
    inner join charges on followed.charge_id = charges.charge_id
    inner join fees_in_service
        on
            charges.contract_id = fees_in_service.contract_id
            and charges.plan_id = fees_in_service.plan_id
            and charges.fee_id = fees_in_service.fee_id
            and charges.instance = fees_in_service.instance
            and charges.period_from = fees_in_service.period_from
            and charges.period_until = fees_in_service.period_until
    inner join prices on followed.charge_id = prices.charge_id

),

in_runs as (

    select
        *,
        day - cast(row_number() over (partition by charge_id, month order by day) as integer) as run,
    from days

),

stretches as (

    select
        charge_id,
        month,
        min(day) as segment_from,
        max(day) + 1 as segment_until,
    from in_runs
    group by charge_id, month, run

),

taken_over as (

    select
        charges.charge_id,
        charges.contract_id,
        charges.plan_id,
        charges.fee_id,
        charges.model,
        charges.meter,
        charges.dimensions,
        charges.part_period,
        charges.period_from,
        charges.period_until,
        stretches.month,
        stretches.segment_from,
        stretches.segment_until,
    from stretches
    inner join charges on stretches.charge_id = charges.charge_id

)

select * from taken_over
