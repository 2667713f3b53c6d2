with

segments as (

    select * from {{ ref('int_segments_measured') }}

),

rated as (

    select
        *,
        (rate * 0.01)::decimal(38, 12) as price_of_one,
        coalesce(fixed_amount, 0) as price_of_event,
    from segments
    where model = 'percentage' and event_count > 0

),

steps as (

    select
        charge_id,
        segment_from,
        1 as tier_no,
        null::varchar as dimension_value,
        quantity,
        price_of_one as unit_price,
        cast(quantity * price_of_one as decimal(38, 12)) as amount,
    from rated

    union all

    select
        charge_id,
        segment_from,
        2,
        null,
        event_count,
        price_of_event,
        cast(event_count * price_of_event as decimal(38, 12)),
    from rated
    where price_of_event <> 0

)

select * from steps
