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
        charged_on,
        charged_on + 1,
        cast(date_trunc('month', charged_on) as date),
        null,
        1,
        amount,
    from one_off_charges

)

select * from priced
