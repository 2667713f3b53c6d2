with

segments as (

    select * from {{ ref('int_charge_segments_with_quantity') }}

),

positions as (

    select
        *,
        cast(quantity_before + quantity as decimal(38, 12)) as quantity_after,
    from segments
    where model = 'package' and quantity <> 0

),

{# A begun package is a whole one. Quantities below zero mirror those above. #}
counted as (

    select
        *,
        cast(sign(quantity_before) as integer)
        * (
            ({{ unscaled('abs(quantity_before)') }} + {{ unscaled('package_size') }} - 1)
            // {{ unscaled('package_size') }}
        )
            as packages_before,
        cast(sign(quantity_after) as integer)
        * (
            ({{ unscaled('abs(quantity_after)') }} + {{ unscaled('package_size') }} - 1)
            // {{ unscaled('package_size') }}
        )
            as packages_after,
    from positions

),

steps as (

    select
        charge_id,
        segment_from,
        1 as tier_no,
        cast(null as varchar) as dimension_value,
        try(cast(packages_after - packages_before as decimal(38, 12))) as quantity,
        unit_price,
        {{ priced('cast(packages_after - packages_before as decimal(38, 12))', 'unit_price') }} as amount,
    from counted

)

select * from steps
