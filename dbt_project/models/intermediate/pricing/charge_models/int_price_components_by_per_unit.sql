with

segments as (

    select * from {{ ref('int_charge_segments_with_quantity') }}

),

steps as (

    select
        charge_id,
        segment_from,
        1 as tier_no,
        cast(null as varchar) as dimension_value,
        quantity,
        unit_price,
        {{ priced('quantity', 'unit_price') }} as amount,
    from segments
    where model in ('per_unit', 'per_day') and quantity <> 0

)

select * from steps
