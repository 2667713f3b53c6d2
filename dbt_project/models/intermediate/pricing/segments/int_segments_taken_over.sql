with

segments as (

    select * from {{ ref('int_charge_segments') }} where part_period = 'whole'

),

followed as (

    select
        charge_id,
        unnest(heir_charge_ids) as heir_charge_id,
    from {{ ref('int_charges_owed_whole') }}

),

{# Each day once, whichever fees the earlier plans had. #}
days as (

    select distinct
        followed.heir_charge_id as charge_id,
        segments.month,
        cast(unnest(range(cast(segments.segment_from as timestamp), cast(segments.segment_until as timestamp), interval 1 day)) as date) as day,
    from segments
    inner join followed on segments.charge_id = followed.charge_id

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
        min(day) as stretch_from,
        max(day) + 1 as stretch_until,
    from in_runs
    group by charge_id, month, run

),

heirs as (

    select *
    from segments
    qualify row_number() over (partition by charge_id order by segment_from) = 1

),

taken_over as (

    select
        heirs.* replace (
            stretches.month as month,
            stretches.stretch_from as segment_from,
            stretches.stretch_until as segment_until
        ),
    from stretches
    inner join heirs on stretches.charge_id = heirs.charge_id

)

select * from taken_over
