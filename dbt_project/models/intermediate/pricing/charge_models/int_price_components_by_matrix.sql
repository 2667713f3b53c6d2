with

segments as (

    select * from {{ ref('int_charge_segments_with_quantity') }}

),

placed as (

    select * from {{ ref('int_billable_usage') }}

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
        segments.currency,
        segments.price_factor,
        cast(to_json(map_from_entries(list_transform(
            from_json(segments.dimensions, '["VARCHAR"]'),
            lambda name: { 'k': name, 'v': json_extract_string(placed.dimensions, name) }
        ))) as varchar) as named_values,
        cast(sum(placed.quantity) as decimal(38, 12)) as quantity,
    from segments
    inner join placed on segments.charge_id = placed.charge_id and segments.segment_from = placed.segment_from
    where segments.model = 'matrix'
    group by all

),

{# The price that names most of the values holds; of equals the one that stands first in the list. #}
found_prices as (

    select
        combinations.*,
        prices.unit_price as listed_price,
    from (select distinct plan_id, fee_id, version_from, currency, named_values from by_value) as combinations
    inner join prices
        on
            combinations.plan_id = prices.plan_id
            and combinations.fee_id = prices.fee_id
            and combinations.version_from = prices.valid_from
            and combinations.currency = prices.currency
            and json_contains(combinations.named_values, prices.dimension_values)
    qualify row_number() over (
        partition by
            combinations.plan_id, combinations.fee_id, combinations.version_from, combinations.currency,
            combinations.named_values
        order by len(json_keys(prices.dimension_values)) desc, prices.price_no
    ) = 1

),

{# Values without a price owe nothing yet: the step has no unit price, and whoever would bill it is held. #}
steps as (

    select
        by_value.charge_id,
        by_value.segment_from,
        cast(
            row_number() over (partition by by_value.charge_id, by_value.segment_from order by by_value.named_values)
            as integer
        ) as tier_no,
        by_value.named_values as dimension_value,
        by_value.quantity,
        case
            when found_prices.listed_price is not null
                then {{ factored('found_prices.listed_price', 'by_value.price_factor') }}
        end as unit_price,
        {{ priced('by_value.quantity', 'coalesce(unit_price, 0)') }} as amount,
    from by_value
    left join found_prices using (plan_id, fee_id, version_from, currency, named_values)

)

select * from steps
