with

charges as (

    select * from {{ ref('int_charges_priced') }}

),

segments as (

    select * from {{ ref('int_charge_segments_rated') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

{# Discounts of more than one period lower what recurs; a coupon for one period does not. #}
discounts as (

    select
        matched.charge_id,
        cast(coalesce({{ product_of(
            'list(cast((100 - matched.percent) * 0.01 as decimal(20, 12))) filter (where matched.percent is not null)'
        ) }}, 1) as decimal(20, 12)) as share_left,
        cast(coalesce(sum(given.amount) filter (where matched.percent is null), 0) as decimal(38, 12)) as fixed_amount,
    from {{ ref('int_discounts_by_charge') }} as matched
    inner join {{ ref('int_discounts_granted') }} as granted on matched.discount_id = granted.discount_id
    inner join {{ ref('int_discount_amounts') }} as given
        on matched.charge_id = given.charge_id and matched.discount_id = given.discount_id
    where coalesce(granted.periods, 2) > 1
    group by matched.charge_id

),

{# The price of a whole period before proration, as billing resolved it: what is billed and reported have one
   resolver. #}
prices as (

    select
        charge_id,
        segment_from,
        sum(amount) as price,
        any_value(unit_price) as unit_price,
    from {{ ref('int_price_components') }}
    group by charge_id, segment_from

),

{# The stretch that covers the last day of a month (of the running month: today), after any trial. What is in doubt and
   was not billed so recurs for nobody until it is mended. #}
in_force as (

    select
        charges.contract_id,
        charges.plan_id,
        charges.fee_id,
        charges.instance,
        charges.user_customer_id as customer_id,
        charges.currency,
        charges.minor_digits,
        cast(date_trunc('month', segments.segment_from) as date) as month,
        fees.interval_every,
        fees.interval_unit,
        case
            when fees.model = 'per_day'
                then {{ price_of_average_period('prices.unit_price', 'fees.interval_every', 'fees.interval_unit') }}
            else coalesce(prices.price, 0)
        end as list_price,
        greatest(
            cast(list_price * coalesce(discounts.share_left, 1) as decimal(38, 12))
            - coalesce(discounts.fixed_amount, 0), 0
        ) as price,
    from segments
    inner join charges on segments.charge_id = charges.charge_id
    inner join contracts on charges.contract_id = contracts.contract_id
    inner join fees on charges.plan_id = fees.plan_id and charges.fee_id = fees.fee_id
    cross join {{ ref('stg_run__run') }} as run
    anti join {{ ref('int_charge_claims_placed') }} as in_doubt on charges.charge_id = in_doubt.charge_id
    left join discounts on charges.charge_id = discounts.charge_id
    left join prices on segments.charge_id = prices.charge_id and segments.segment_from = prices.segment_from
    where
        charges.kind = 'recurring'
        and segments.segment_from <= least(last_day(segments.segment_from), run.as_of_date)
        and segments.segment_until > least(last_day(segments.segment_from), run.as_of_date)
        and coalesce(contracts.trial_until, contracts.service_from)
        <= least(last_day(segments.segment_from), run.as_of_date)

),

{# A third of a yen is no money: each row has its currency's digits, and sums of rows agree with it. #}
monthly as (

    select
        contract_id,
        plan_id,
        fee_id,
        instance,
        customer_id,
        currency,
        month,
        {{ round_amount('sum(' ~ exact_divide(
            "cast(price * case interval_unit when 'week' then 52 when 'day' then 365 else 1 end as decimal(38, 12))",
            "interval_every * case interval_unit when 'month' then 1 else 12 end"
        ) ~ ')', 'any_value(minor_digits)', "'half_up'") }} as mrr,
    from in_force
    group by all

)

select * from monthly
