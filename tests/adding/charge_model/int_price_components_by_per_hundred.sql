with

segments as (

    select * from {{ ref('int_charge_segments_with_quantity') }}

),

steps as (

    select
        charge_id,
        segment_from,
        1 as tier_no,
        null::varchar as dimension_value,
        quantity,
        unit_price,
        {{ priced('quantity * 0.01', 'unit_price') }} as amount,
    from segments
    where model = 'per_hundred' and quantity <> 0

)

select * from steps
