with

segments as (

    select * from {{ ref('int_charge_segments_with_quantity') }}

),

{# Of usage the amount is owed once there is any, and given back where it is taken back to nothing. #}
entered as (

    select
        *,
        case
            when kind = 'usage'
                then cast(quantity_before + quantity > 0 as integer) - cast(quantity_before > 0 as integer)
            else 1
        end as entries,
    from segments
    where model = 'flat'

),

steps as (

    select
        charge_id,
        segment_from,
        1 as tier_no,
        cast(null as varchar) as dimension_value,
        cast(entries as decimal(38, 12)) as quantity,
        amount as unit_price,
        cast(entries * amount as decimal(38, 12)) as amount,
    from entered
    where entries <> 0

)

select * from steps
