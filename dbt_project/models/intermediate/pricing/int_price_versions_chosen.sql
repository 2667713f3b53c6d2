with

charges as (

    select * from {{ ref('int_charges_keyed') }}

),

fee_versions as (

    select * from {{ ref('stg_catalog__fee_versions') }}

),

candidates as (

    select
        charges.charge_id,
        fee_versions.valid_from,
        fee_versions.amount,
        fee_versions.unit_price,
        fee_versions.minimum,
        fee_versions.maximum,
        fee_versions.package_size,
        fee_versions.rate,
        fee_versions.fixed_amount,
        charges.served_until,
        greatest(
            charges.served_from,
            case
                when fee_versions.valid_from <= charges.tile_served_from then charges.served_from else
                    fee_versions.valid_from
            end
        ) as piece_from,
    from charges
    inner join fee_versions on charges.plan_id = fee_versions.plan_id and charges.fee_id = fee_versions.fee_id
    where
        fee_versions.valid_from < charges.served_until
        and (coalesce(fee_versions.applies_to, 'all') <> 'new' or charges.price_agreed_on >= fee_versions.valid_from)
        and (
            fee_versions.valid_from <= charges.tile_served_from
            or coalesce(fee_versions.is_mid_period, false)
            or fee_versions.valid_from = charges.first_version_from
        )

),

pieces as (

    select
        charge_id,
        valid_from,
        amount,
        unit_price,
        minimum,
        maximum,
        package_size,
        rate,
        fixed_amount,
        piece_from,
        lead(piece_from, 1, served_until) over (partition by charge_id order by valid_from) as piece_until,
    from candidates

)

select * from pieces
where piece_from < piece_until
