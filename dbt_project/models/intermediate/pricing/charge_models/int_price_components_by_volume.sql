with

segments as (

    select * from {{ ref('int_charge_segments_with_quantity') }}

),

tiers as (

    select * from {{ ref('stg_catalog__fee_tiers') }}

),

{# The tier is that of the whole billing period; usage taken back beyond zero stays in the first. #}
reached as (

    select
        *,
        cast(case
            when kind = 'usage' and part_period is null then sum(quantity) over (partition by charge_id) else quantity
        end as decimal(38, 12)) as reached_quantity,
    from segments
    where model = 'volume'

),

priced as (

    select
        reached.charge_id,
        reached.segment_from,
        tiers.tier_no,
        cast(null as varchar) as dimension_value,
        reached.quantity,
        {{ factored('tiers.unit_price', 'reached.price_factor') }} as unit_price,
        if(
            reached.reached_quantity > 0,
            cast(reached.quantity_before + reached.quantity > 0 as integer)
            - cast(reached.quantity_before > 0 as integer), 0
        ) as entries,
        {{ factored('coalesce(tiers.flat_amount, 0)', 'reached.price_factor') }} as flat_amount,
    from reached
    inner join tiers
        on
            reached.plan_id = tiers.plan_id
            and reached.fee_id = tiers.fee_id
            and reached.version_from = tiers.valid_from
            and reached.currency = tiers.currency
            and (reached.reached_quantity > tiers.from_quantity or tiers.tier_no = 1)
            and (tiers.up_to is null or reached.reached_quantity <= tiers.up_to)

),

steps as (

    select
        charge_id,
        segment_from,
        tier_no,
        dimension_value,
        quantity,
        unit_price,
        {{ priced('quantity', 'unit_price') }} + entries * flat_amount as amount,
    from priced
    where quantity <> 0 or entries <> 0

)

select * from steps
