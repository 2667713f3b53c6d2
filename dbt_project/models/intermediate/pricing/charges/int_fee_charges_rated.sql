with

segments as (

    select * from {{ ref('int_fee_segments_rated') }}

),

charges as (

    select * from {{ ref('int_charges_identified') }}

),

discounts as (

    select * from {{ ref('int_discount_amounts') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

{# Without a maximum on any of its days a charge has none; days without a minimum count as 0. #}
summed as (

    select
        charge_id,
        cast(case
            when (any_value(kind) = 'usage' and any_value(part_period) is null) or any_value(model) = 'per_day'
                then sum(quantity)
            else arg_max(quantity, segment_from)
        end as decimal(
            38, 12
        )) as quantity,
        cast(sum(unrounded_amount) as decimal(38, 12)) as unrounded_amount,
        cast(sum(minimum * share_days) as decimal(38, 12)) as minimum_days,
        cast(case when count(maximum) = count(*) then sum(maximum * share_days) end as decimal(38, 12)) as maximum_days,
        any_value(whole_days) as whole_days,
    from segments
    group by charge_id

),

discount_sums as (

    select
        charge_id,
        cast(sum(amount) as decimal(38, 12)) as discount_amount,
    from discounts
    group by charge_id

),

discounted as (

    select
        summed.*,
        coalesce(discount_sums.discount_amount, 0) as discount_amount,
        cast(
            summed.unrounded_amount - coalesce(discount_sums.discount_amount, 0) as decimal(38, 12)
        ) as discounted_amount,
    from summed
    left join discount_sums on summed.charge_id = discount_sums.charge_id

),

bounded as (

    select
        *,
        cast(
            case when minimum_days is not null then {{ exact_divide('minimum_days', 'whole_days') }} end
            as decimal(38, 12)
        ) as minimum_amount,
        cast(
            case when maximum_days is not null then {{ exact_divide('maximum_days', 'whole_days') }} end
            as decimal(38, 12)
        ) as maximum_amount,
        cast(greatest(least(discounted_amount, maximum_amount), minimum_amount) as decimal(38, 12)) as bounded_amount,
    from discounted

),

computed as (

    select
        charges.* exclude (
            model, meter, dimensions, part_period, proration, interval_months,
            first_version_from,
            price_agreed_on, plan_agreed_on, contract_from, term_months, renewal_price, uplift_percent
        ),
        currencies.minor_digits,
        entities.rounding,
        entities.time_zone as entity_zone,
        bounded.quantity,
        bounded.unrounded_amount,
        bounded.minimum_amount,
        bounded.maximum_amount,
        bounded.bounded_amount,
        {{ round_amount('bounded.bounded_amount', 'currencies.minor_digits', "entities.rounding") }}
            as computed_amount,
    from charges
    inner join bounded on charges.charge_id = bounded.charge_id
    inner join entities on charges.entity_id = entities.entity_id
    inner join currencies on charges.currency = currencies.currency

)

select * from computed
