with

versions as (

    select * from {{ ref('stg_catalog__fee_versions') }}

),

tiers as (

    select * from {{ ref('stg_catalog__fee_tiers') }}

),

dimension_prices as (

    select * from {{ ref('stg_catalog__fee_prices') }}

),

{# What a version says for all of its quantity, its tiers, and its prices by dimension: a reader filters by part. #}
united as (

    select
        plan_id,
        fee_id,
        currency,
        valid_from,
        'version' as part,
        0 as part_no,
        cast(null as varchar) as dimension_values,
        cast(null as decimal(38, 12)) as from_quantity,
        cast(null as decimal(38, 12)) as up_to,
        unit_price,
        amount,
        rate,
        package_size,
        minimum,
        maximum,
    from versions
    union all by name
    select
        plan_id,
        fee_id,
        currency,
        valid_from,
        'tier' as part,
        tier_no as part_no,
        from_quantity,
        up_to,
        unit_price,
        flat_amount as amount,
    from tiers
    union all by name
    select
        plan_id,
        fee_id,
        currency,
        valid_from,
        'dimension' as part,
        price_no as part_no,
        dimension_values,
        unit_price,
    from dimension_prices

),

dated as (

    select
        united.plan_id,
        united.fee_id,
        united.currency,
        united.valid_from,
        united.part,
        united.part_no,
        versions.applies_to,
        united.dimension_values,
        united.from_quantity,
        united.up_to,
        united.unit_price,
        united.amount,
        united.rate,
        united.package_size,
        united.minimum,
        united.maximum,
    from united
    inner join versions
        on
            united.plan_id = versions.plan_id
            and united.fee_id = versions.fee_id
            and united.currency = versions.currency
            and united.valid_from = versions.valid_from

)

select * from dated
