with

segments as (

    select * from {{ ref('int_charge_segments_with_quantity') }}

),

tiers as (

    select * from {{ ref('stg_catalog__fee_tiers') }}

),

{# Where usage was taken back, what the billing period comes to: a tier that this does not enter owes no flat amount,
   whatever was entered before. #}
totals as (

    select
        segments.charge_id,
        cast(sum(segments.quantity) as decimal(38, 12)) as total_quantity,
    from segments
    semi join (select charge_id from {{ ref('int_charge_segments_with_quantity') }} where quantity < 0) as taken_back
        on segments.charge_id = taken_back.charge_id
    group by segments.charge_id

),

positions as (

    select
        segments.charge_id,
        segments.segment_from,
        tiers.tier_no,
        tiers.from_quantity,
        tiers.up_to,
        {{ factored('tiers.unit_price', 'segments.price_factor') }} as unit_price,
        {{ factored('coalesce(tiers.flat_amount, 0)', 'segments.price_factor') }} as flat_amount,
        segments.quantity_before as before,
        cast(segments.quantity_before + segments.quantity as decimal(38, 12)) as after,
        coalesce(totals.total_quantity > tiers.from_quantity, true) as is_entered,
    from segments
    inner join tiers
        on
            segments.plan_id = tiers.plan_id
            and segments.fee_id = tiers.fee_id
            and segments.version_from = tiers.valid_from
            and segments.currency = tiers.currency
    left join totals on segments.charge_id = totals.charge_id
    where segments.model in ('graduated', 'graduated_percentage') and segments.quantity <> 0

),

{# Quantities below zero (usage taken back) stay in the first tier. #}
moves as (

    select
        *,
        greatest(
            least(after, coalesce(up_to, after)) - from_quantity, case when tier_no = 1 then least(after, 0) else 0 end
        )
        - greatest(
            least(before, coalesce(up_to, before)) - from_quantity,
            case when tier_no = 1 then least(before, 0) else 0 end
        )
            as quantity,
        if(is_entered, cast(after > from_quantity as integer) - cast(before > from_quantity as integer), 0) as entries,
    from positions

),

steps as (

    select
        charge_id,
        segment_from,
        tier_no,
        cast(null as varchar) as dimension_value,
        cast(quantity as decimal(38, 12)) as quantity,
        unit_price,
        {{ priced('cast(quantity as decimal(38, 12))', 'unit_price') }} + entries * flat_amount as amount,
    from moves
    where quantity <> 0 or entries <> 0

)

select * from steps
