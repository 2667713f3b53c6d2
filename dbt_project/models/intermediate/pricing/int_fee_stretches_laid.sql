with

tiles as (

    select * from {{ ref('int_tiles_built') }}

),

phases as (

    select * from {{ ref('int_phases_built') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

tiles_begun as (

    select tiles.*
    from tiles
    cross join run
    where not tiles.is_trial and tiles.served_from <= run.night_ends_on + tiles.lead_days

),

stretches as (

    select
        tiles_begun.contract_id,
        phases.plan_id,
        fees.fee_id,
        tiles_begun.interval_every,
        tiles_begun.interval_unit,
        tiles_begun.period_from,
        phases.quantity,
        phases.department,
        greatest(tiles_begun.served_from, phases.phase_from) as stretch_from,
        least(
            tiles_begun.served_until,
            fees.fee_until,
            case
                when fees.kind = 'recurring' and fees.proration = 'none' then tiles_begun.served_until else
                    phases.phase_until
            end
        ) as stretch_until,
    from tiles_begun
    inner join phases
        on
            tiles_begun.contract_id = phases.contract_id
            and tiles_begun.served_from < phases.phase_until
            and tiles_begun.served_until > phases.phase_from
    inner join fees
        on
            phases.plan_id = fees.plan_id
            and tiles_begun.interval_every = fees.interval_every
            and tiles_begun.interval_unit = fees.interval_unit
    where fees.proration <> 'none' or fees.kind <> 'recurring' or phases.phase_from <= tiles_begun.served_from

)

select * from stretches
where stretch_from < stretch_until
