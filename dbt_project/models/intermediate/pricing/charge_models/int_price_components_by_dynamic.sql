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
        cast(null as decimal(38, 12)) as unit_price,
        priced_amount as amount,
    from segments
    where model = 'dynamic' and (quantity <> 0 or priced_amount <> 0)

)

select * from steps
