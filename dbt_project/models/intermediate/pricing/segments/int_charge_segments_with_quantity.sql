with

segments as not materialized (

    select * from {{ ref('int_charge_segments') }}

),

placed as (

    select * from {{ ref('int_billable_usage') }}

),

used as (

    select
        charge_id,
        segment_from,
        cast(sum(quantity) as decimal(38, 12)) as quantity,
        cast(sum(priced_amount) as decimal(38, 12)) as priced_amount,
        cast(sum(event_count) as bigint) as event_count,
    from placed
    group by charge_id, segment_from

),

followed as (

    select * from {{ ref('int_charges_owed_whole') }}

),

{# What the billing period had used before each segment: nothing where each has the one quantity. Most charges have one
   segment and nothing before. #}
positions as (

    select
        *,
        cast(0 as decimal(38, 12)) as quantity_before,
    from used
    semi join (from segments where is_whole_charge) as whole on used.charge_id = whole.charge_id

    union all by name

    select
        segments.charge_id,
        segments.segment_from,
        used.quantity,
        used.priced_amount,
        used.event_count,
        cast(case
            when segments.part_period is null
                then coalesce(sum(used.quantity) over (
                    partition by segments.charge_id
                    order by segments.segment_from
                    rows between unbounded preceding and 1 preceding
                ), 0)
            else 0
        end as decimal(38, 12)) as quantity_before,
    from segments
    left join used on segments.charge_id = used.charge_id and segments.segment_from = used.segment_from
    where segments.kind = 'usage' and not segments.is_whole_charge

),

{# A fee that is owed whole has no share: its days say when it is earned. #}
days_owed_whole as (

    select
        charge_id,
        cast(greatest(sum(share_days), 1) as integer) as part_days,
    from segments
    where part_period = 'whole'
    group by charge_id

),

measured as (

    select
        {# One that a later plan counts for owes no minimum either. #}
        segments.* exclude (is_whole_charge) replace (
            coalesce(segments.part_days, days_owed_whole.part_days) as part_days,
            case when followed.heir_charge_ids is null then segments.minimum end as minimum
        ),
        cast(case
            when segments.kind = 'usage' then coalesce(positions.quantity, 0)
            when segments.model = 'flat' then 1
            when segments.model = 'per_day' then segments.share_days
            else segments.phase_quantity
        end as decimal(38, 12)) as quantity,
        cast(coalesce(positions.priced_amount, 0) as decimal(38, 12)) as priced_amount,
        cast(coalesce(positions.event_count, 0) as bigint) as event_count,
        cast(coalesce(positions.quantity_before, 0) as decimal(38, 12)) as quantity_before,
    from segments
    left join followed on segments.charge_id = followed.charge_id
    left join days_owed_whole on segments.charge_id = days_owed_whole.charge_id
    left join positions on segments.charge_id = positions.charge_id and segments.segment_from = positions.segment_from

)

select * from measured
