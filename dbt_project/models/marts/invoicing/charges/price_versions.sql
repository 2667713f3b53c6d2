with

versions as (

    select * from {{ ref('stg_catalog__fee_versions') }}

),

segments as (

    select * from {{ ref('int_charge_segments_with_quantity') }}

),

priced as (

    select
        plan_id,
        fee_id,
        currency,
        version_from,
        count(distinct charge_id) as priced_charges,
        min(segment_from) as first_used_on,
    from segments
    group by all

),

used as (

    select
        versions.plan_id,
        versions.fee_id,
        versions.currency,
        versions.valid_from,
        cast(coalesce(priced.priced_charges, 0) as bigint) as priced_charges,
        priced.first_used_on,
    from versions
    left join priced
        on
            versions.plan_id = priced.plan_id
            and versions.fee_id = priced.fee_id
            and versions.currency = priced.currency
            and versions.valid_from = priced.version_from

)

select * from used
