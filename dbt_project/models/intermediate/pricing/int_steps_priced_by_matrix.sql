with

segments as (

    select * from {{ ref('int_segments_measured') }}

),

placed as (

    select * from {{ ref('int_usage_placed') }}

),

prices as (

    select * from {{ ref('stg_catalog__fee_prices') }}

),

by_value as (

    select
        segments.charge_id,
        segments.segment_from,
        segments.plan_id,
        segments.fee_id,
        segments.version_from,
        coalesce(json_extract_string(placed.dimensions, segments.dimension), '') as dimension_value,
        sum(placed.quantity)::decimal(38, 12) as quantity,
    from segments
    inner join placed on segments.charge_id = placed.charge_id and segments.segment_from = placed.segment_from
    where segments.model = 'matrix'
    group by all

),

steps as (

    select
        by_value.charge_id,
        by_value.segment_from,
        row_number()
            over (partition by by_value.charge_id, by_value.segment_from order by by_value.dimension_value)
        ::integer as tier_no,
        by_value.dimension_value,
        by_value.quantity,
        coalesce(own_price.unit_price, other_price.unit_price, 0) as unit_price,
        cast(by_value.quantity * coalesce(own_price.unit_price, other_price.unit_price, 0) as decimal(38, 12))
            as amount,
    from by_value
    left join prices as own_price
        on
            by_value.plan_id = own_price.plan_id
            and by_value.fee_id = own_price.fee_id
            and by_value.version_from = own_price.valid_from
            and by_value.dimension_value = own_price.dimension_value
    left join prices as other_price
        on
            by_value.plan_id = other_price.plan_id
            and by_value.fee_id = other_price.fee_id
            and by_value.version_from = other_price.valid_from
            and other_price.dimension_value is null

)

select * from steps
