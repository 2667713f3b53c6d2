with

charges as (

    select * from {{ ref('int_charges_identified') }}

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

{# A contract that says so keeps its prices for a term: of the day its plan was agreed, or of each term's first day. #}
agreed as (

    select
        *,
        greatest(plan_agreed_on, contract_from) as plan_from,
        {{ terms_passed('contract_from', 'term_months', 'billing_period_served_from') }} as terms_passed,
        case renewal_price
            when 'current'
                then greatest(
                    price_agreed_on,
                    plan_agreed_on,
                    cast(contract_from + to_months(cast(terms_passed * term_months as integer)) as date)
                )
            else if(renewal_price is null, price_agreed_on, plan_agreed_on)
        end as agreed_on,
        terms_passed - {{ terms_passed('contract_from', 'term_months', 'plan_from') }} as renewals,
        if(renewal_price = 'uplift' and kind <> 'termination', renewals, 0) as uplifts,
        cast(if(uplifts > 0, {{ compounded('uplift_percent', 'uplifts') }}, 1) as decimal(18, 12)) as price_factor,
    from charges

),

candidates as (

    select
        charges.charge_id,
        versions.* exclude (
            plan_id, fee_id, currency, applies_to, is_mid_period, is_first, catalog_version, received_at
        ) replace (
            {{ factored('versions.amount') }} as amount,
            {{ factored('versions.unit_price') }} as unit_price,
            {{ factored('versions.minimum') }} as minimum,
            {{ factored('versions.maximum') }} as maximum,
            {{ factored('versions.rate') }} as rate,
            {{ factored('versions.fixed_amount') }} as fixed_amount
        ),
        charges.price_factor,
        charges.served_until,
        greatest(
            charges.served_from,
            case
                when versions.valid_from <= charges.billing_period_served_from then charges.served_from else
                    versions.valid_from
            end
        ) as piece_from,
    from agreed as charges
    inner join dated_versions as versions
        on
            charges.plan_id = versions.plan_id
            and charges.fee_id = versions.fee_id
            and charges.currency = versions.currency
    where
        versions.valid_from < charges.served_until
        and (coalesce(versions.applies_to, 'all') <> 'new' or charges.agreed_on >= versions.valid_from)
        and (charges.renewal_price is null or charges.agreed_on >= versions.valid_from or versions.is_first)
        and (
            versions.valid_from <= charges.billing_period_served_from
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
