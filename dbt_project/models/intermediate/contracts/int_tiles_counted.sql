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
        least(run.night_ends_on + lives.lead_days, intervals.tiles_until) as laid_until_day,
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

)

select * from counted
