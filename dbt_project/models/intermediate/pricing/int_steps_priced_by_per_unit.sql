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
        quantity,
        unit_price,
        {{ priced('quantity', 'unit_price') }} as amount,
    from segments
    where model = 'per_unit' and quantity <> 0

)

select * from steps
