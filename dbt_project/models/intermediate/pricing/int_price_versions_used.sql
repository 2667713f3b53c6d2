with

versions as (

    select * from {{ ref('stg_catalog__fee_versions') }}

),

segments as (

    select * from {{ ref('int_tile_segments_priced') }}

),

charges as (

    select * from {{ ref('int_charges_keyed') }}

),

priced as (

    select
        charges.plan_id,
        charges.fee_id,
        charges.currency,
        segments.version_from,
        count(distinct charges.charge_id) as priced_charges,
        min(segments.segment_from) as first_used_on,
    from segments
    inner join charges on segments.charge_id = charges.charge_id
    group by all

),

used as (

    select
        versions.plan_id,
        versions.fee_id,
        versions.currency,
        versions.valid_from,
        coalesce(priced.priced_charges, 0)::bigint as priced_charges,
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
