with

segments as (

    select * from {{ ref('int_segments_measured') }}

),

steps as (

    select
        charge_id,
        segment_from,
        1 as tier_no,
        null::varchar as dimension_value,
        1::decimal(38, 12) as quantity,
        amount as unit_price,
        amount,
    from segments
    where
        model = 'flat'
        and (kind = 'recurring' or (quantity_before <= 0 and quantity_before + quantity > 0))

)

select * from steps
