with

tile_segments as (

    select * from {{ ref('int_tile_segments_priced') }}

),

one_off_charges as (

    select * from {{ ref('int_one_off_charges_priced') }}

),

priced as (

    select
        charge_id,
        segment_from,
        segment_until,
        month,
        version_from,
        quantity,
        unrounded_amount,
    from tile_segments

    union all

    select
        charge_id,
        served_from,
        served_until,
        cast(date_trunc('month', served_from) as date),
        null,
        quantity,
        unrounded_amount,
    from one_off_charges

)

select * from priced
