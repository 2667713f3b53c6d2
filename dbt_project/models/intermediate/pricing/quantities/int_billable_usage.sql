with

added_up as (

    select * from {{ ref('int_usage_rounded') }}

),

counted_once as (

    select * from {{ ref('int_usage_counted_once') }}

),

segments as (

    select * from {{ ref('int_usage_fee_filters') }}

),

allowances as (

    select * from {{ ref('int_included_units_rolled_over') }}

),

{# What does not add up over time is the same in each segment of its charge. #}
rounded as (

    select * from added_up

    union all

    select
        segments.charge_id,
        segments.segment_from,
        counted_once.dimensions,
        counted_once.priced_amount,
        counted_once.event_count,
        counted_once.rounded_quantity,
    from counted_once
    inner join segments on counted_once.charge_id = segments.charge_id and not segments.is_taken_over

),

{# The allowance is the billing period's and stays whole; usage below zero (taken back) is not lifted by it,
   and as the one quantity of a charge nothing. #}
charged as (

    select
        rounded.*,
        segments.part_period,
        coalesce(allowances.allowance, segments.allowance, 0) as free_units,
        greatest(rounded.rounded_until - free_units, least(rounded.rounded_until, 0)) as charged_until,
    from rounded
    inner join segments on rounded.charge_id = segments.charge_id and rounded.segment_from = segments.segment_from
    left join allowances on rounded.charge_id = allowances.charge_id

),

placed as (

    select
        charge_id,
        segment_from,
        dimensions,
        cast(case
            when part_period is null
                then
                    charged_until
                    - lag(charged_until, 1, 0) over (partition by charge_id, dimensions order by segment_from)
            else greatest(charged_until, 0)
        end as decimal(38, 12)) as quantity,
        rounded_until as used_until,
        free_units,
        part_period is not null as is_one_quantity,
        priced_amount,
        event_count,
    from charged

)

select * from placed
