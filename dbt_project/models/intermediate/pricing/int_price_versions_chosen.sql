with

charges as (

    select * from {{ ref('int_charges_keyed') }}

),

fee_versions as (

    select * from {{ ref('stg_catalog__fee_versions') }}

),

dated_versions as (

    select
        *,
        valid_from = min(valid_from) over (partition by plan_id, fee_id, currency) as is_first,
    from fee_versions

),

candidates as (

    select
        charges.charge_id,
        versions.* exclude (plan_id, fee_id, currency, applies_to, is_mid_period, is_first, catalog_version, received_at),
        charges.served_until,
        greatest(
            charges.served_from,
            case
                when versions.valid_from <= charges.tile_served_from then charges.served_from else
                    versions.valid_from
            end
        ) as piece_from,
    from charges
    inner join dated_versions as versions
        on
            charges.plan_id = versions.plan_id
            and charges.fee_id = versions.fee_id
            and charges.currency = versions.currency
    where
        versions.valid_from < charges.served_until
        and (coalesce(versions.applies_to, 'all') <> 'new' or charges.price_agreed_on >= versions.valid_from)
        and (
            versions.valid_from <= charges.tile_served_from
            or coalesce(versions.is_mid_period, false)
            or versions.is_first
        )

),

pieces as (

    select
        * exclude (served_until),
        lead(piece_from, 1, served_until) over (partition by charge_id order by valid_from) as piece_until,
    from candidates

)

select * from pieces
where piece_from < piece_until
