with

intervals as (

    select * from {{ ref('int_contract_intervals_collected') }}

),

lives as (

    select * from {{ ref('int_contract_lives_bounded') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

bounded as (

    select
        intervals.*,
        run.night_ends_on + lives.lead_days as known_until_day,
        least(run.night_ends_on + lives.lead_days, intervals.life_until) as laid_until_day,
    from intervals
    inner join lives on intervals.contract_id = lives.contract_id
    cross join run

),

{# tile_no 0 begins at the anchor; a calendar's anchor lies far back, so its count begins at the first charged day. #}
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
        )) as tile_no,
    from bounded

),

months_found as (

    select
        *,
        cast(anchor_month + to_months(cast((tile_no - 1) * step_months as integer)) as date) as month_before,
        cast(anchor_month + to_months(cast(tile_no * step_months as integer)) as date) as month_from,
        cast(anchor_month + to_months(cast((tile_no + 1) * step_months as integer)) as date) as month_until,
    from counted

),

nominal as (

    select
        *,
        coalesce(month_before + least(anchor_day, day(last_day(month_before)))::integer - 1, anchor_date + ((tile_no - 1) * step_days)::integer)
            as previous_from,
        coalesce(month_from + least(anchor_day, day(last_day(month_from)))::integer - 1, anchor_date + (tile_no * step_days)::integer)
            as period_from,
        coalesce(month_until + least(anchor_day, day(last_day(month_until)))::integer - 1, anchor_date + ((tile_no + 1) * step_days)::integer)
            as period_until,
    from months_found

),

laid as (

    select contract_id, interval_every, interval_unit, period_from, period_until, charged_from, life_until, false as is_trial
    from nominal
    where
        (previous_from <= known_until_day or period_from <= charged_from)
        and period_until > charged_from
        and period_from < life_until

    union all

    select contract_id, interval_every, interval_unit, service_from, charged_from, service_from, life_until, true
    from bounded
    where service_from < charged_from and service_from < life_until

)

select * from laid
