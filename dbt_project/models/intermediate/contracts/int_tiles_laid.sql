with

tiles as (

    select * from {{ ref('int_tiles_counted') }}

),

intervals as (

    select * from {{ ref('int_contract_intervals_collected') }}

),

months_found as (

    select
        *,
        cast(anchor_month + to_months(cast((tile_no - 1) * step_months as integer)) as date) as month_before,
        cast(anchor_month + to_months(cast(tile_no * step_months as integer)) as date) as month_from,
        cast(anchor_month + to_months(cast((tile_no + 1) * step_months as integer)) as date) as month_until,
    from tiles

),

nominal as (

    select
        *,
        coalesce(
            month_before + least(anchor_day, day(last_day(month_before)))::integer - 1,
            anchor_date + ((tile_no - 1) * step_days)::integer
        ) as previous_from,
        coalesce(
            month_from + least(anchor_day, day(last_day(month_from)))::integer - 1,
            anchor_date + (tile_no * step_days)::integer
        ) as period_from,
        coalesce(
            month_until + least(anchor_day, day(last_day(month_until)))::integer - 1,
            anchor_date + ((tile_no + 1) * step_days)::integer
        ) as period_until,
    from months_found

),

laid as (

    select
        contract_id,
        interval_every,
        interval_unit,
        period_from,
        period_until,
        charged_from,
        life_until,
        false as is_trial
    from nominal
    where
        (previous_from <= known_until_day or period_from <= charged_from)
        and period_until > charged_from
        and period_from < life_until

    union all

    select
        contract_id,
        interval_every,
        interval_unit,
        service_from,
        charged_from,
        service_from,
        life_until,
        true
    from intervals
    where service_from < charged_from and service_from < life_until

)

select * from laid
