with

charges as (

    select * from {{ ref('int_charges_identified') }} where kind = 'recurring'

),

segments as (

    select * from {{ ref('int_fee_segments_rated') }}

),

steps as (

    select charge_id, segment_from, cast(sum(amount) as decimal(38, 12)) as price, any_value(unit_price) as unit_price,
    from {{ ref('int_price_components') }}
    group by all

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

fee_lives as (

    select * from {{ ref('int_contract_add_ons_dated') }}

),

calendars as (

    select *
    from {{ ref('int_billing_calendars') }}
    qualify series_no = max(series_no) over (partition by contract_id, interval_every, interval_unit)

),

terminations as (

    select * from {{ ref('int_charges_identified') }} where kind = 'termination'

),

{# What each recurring fee of the last plan cost for a whole billing period, or a day of it, when it was served last. #}
last_prices as (

    select
        terminations.charge_id,
        terminations.contract_id,
        terminations.plan_id,
        terminations.currency,
        charges.fee_id,
        charges.instance,
        fees.model = 'per_day' as is_per_day,
        fees.timing,
        fees.fee_no,
        fees.has_own_interval,
        fees.interval_every,
        fees.interval_unit,
        least(terminations.period_until, fees.fee_until) as counted_until,
        max(greatest(terminations.period_from, charges.served_until)) as counted_from,
        arg_max(coalesce(if(is_per_day, steps.unit_price, steps.price), 0), segments.segment_until) as price_of_all,
    from terminations
    inner join charges
        on terminations.contract_id = charges.contract_id and terminations.plan_id = charges.plan_id
    inner join segments on charges.charge_id = segments.charge_id
    inner join fees on charges.plan_id = fees.plan_id and charges.fee_id = fees.fee_id
    left join steps on segments.charge_id = steps.charge_id and segments.segment_from = steps.segment_from
    left join fee_lives
        on
            charges.contract_id = fee_lives.contract_id
            and charges.fee_id = fee_lives.fee_id
            and charges.instance = fee_lives.instance
            and terminations.period_from > fee_lives.fee_from and terminations.period_from <= fee_lives.fee_until
    where coalesce(fee_lives.is_added, true)
    group by all

),

{# The billing periods that would have come, in the contract's own calendar. #}
billing_periods as (

    select
        last_prices.*,
        calendars.* exclude (contract_id, interval_every, interval_unit),
        unnest(range(
            coalesce(
                date_diff('month', anchor_month, counted_from) // step_months,
                date_diff('day', anchor_date, counted_from) // step_days
            ) - 1,
            coalesce(
                date_diff('month', anchor_month, counted_until) // step_months,
                date_diff('day', anchor_date, counted_until) // step_days
            ) + 1
        )) as billing_period_no,
        {{ billing_period_day('billing_period_no') }} as billing_period_from,
        {{ billing_period_day('billing_period_no + 1') }} as billing_period_until,
        cast(price_of_all * if(is_per_day, billing_period_until - billing_period_from, 1) as decimal(38, 12)) as price,
        greatest(least(billing_period_until, counted_until) - greatest(billing_period_from, counted_from), 0) as days,
    from last_prices
    inner join calendars using (contract_id, interval_every, interval_unit)

),

{# A billing period that has begun has a charge. #}
coming as (

    select
        billing_periods.* exclude (billing_period_no),
        begun.charge_id is not null as has_begun,
    from billing_periods
    left join charges as begun
        on
            billing_periods.contract_id = begun.contract_id
            and billing_periods.plan_id = begun.plan_id
            and billing_periods.fee_id = begun.fee_id
            and billing_periods.instance = begun.instance
            and billing_periods.billing_period_from = begun.period_from
    where billing_periods.days > 0

)

select * from coming
