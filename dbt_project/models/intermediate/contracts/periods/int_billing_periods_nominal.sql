with

intervals as (

    select * from {{ ref('int_billing_calendars') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

bounded as (

    select
        intervals.*,
        run.night_ends_on + intervals.lead_days as known_until_day,
        least(run.night_ends_on + intervals.lead_days, intervals.billing_periods_until) as laid_until_day,
    from intervals
    cross join run

),

{# billing_period_no 0 begins at the anchor; a calendar's lies far back, its count begins at the first charged day. #}
counted as (

    select
        *,
        unnest(range(
            case
                when not is_calendar then 0
                when step_months is not null then date_diff('month', anchor_month, charged_from) // step_months
                else date_diff('day', anchor_date, charged_from) // step_days
            end,
            coalesce(
                date_diff('month', anchor_month, greatest(laid_until_day, charged_from)) // step_months,
                date_diff('day', anchor_date, greatest(laid_until_day, charged_from)) // step_days
            ) + 3
        )) as billing_period_no,
    from bounded

),

nominal as (

    select
        *,
        {{ billing_period_day('billing_period_no') }} as period_from,
        {{ billing_period_day('billing_period_no + 1') }} as period_until,
    from counted

),

laid as (

    select
        contract_id,
        interval_every,
        interval_unit,
        period_from,
        period_until,
        greatest(period_from, charged_from) as served_from,
        least(period_until, billing_periods_until) as served_until,
        if(life_until < period_until and life_until <= series_until, refund, null) as refund,
        false as is_trial,
        is_only_series,
    from nominal
    where
        ({{ billing_period_day('billing_period_no - 1') }} <= known_until_day or period_from <= charged_from)
        and period_until > charged_from
        and greatest(period_from, charged_from) < billing_periods_until

    union all

    select
        contract_id,
        interval_every,
        interval_unit,
        service_from,
        charged_from,
        service_from,
        least(charged_from, life_until),
        null,
        true,
        is_only_series,
    from intervals
    where series_no = 0 and service_from < charged_from and service_from < life_until

),

{# Two series may lay the same billing period: the new anchor is the old one's. Where a series with another anchor stood
   between them, the billing period is served in parts. #}
merged as (

    select * exclude (is_only_series) from laid where is_only_series

    union all by name

    select
        contract_id,
        interval_every,
        interval_unit,
        period_from,
        period_until,
        is_trial,
        min(served_from) as served_from,
        max(served_until) as served_until,
        max(refund) as refund,
        {{ served_in_parts() }} as served_parts,
    from laid
    where not is_only_series
    group by all

)

select * from merged
