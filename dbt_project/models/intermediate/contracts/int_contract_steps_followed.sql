{# A change at the end of a period needs the calendar that the changes before it have left, so they are followed one by one. #}
with recursive

changes as (

    select * from {{ ref('int_contract_changes_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

{# Several changes of one day act in the order of kind, then as they were recorded. #}
ordered as (

    select
        *,
        coalesce(acts_at, case when not prorate then 'period_end' end, 'now') as moment,
        row_number() over (
            partition by contract_id
            order by effective_on, kind, recorded_at nulls first, received_at, file_name, line_no
        ) as change_no,
    from changes
    where refusal_reason is null and kind <> 'correct'

),

signed as (

    select
        contracts.contract_id,
        0::bigint as step_no,
        null::varchar as change_id,
        contracts.service_from as acts_on,
        plans.interval_every,
        plans.interval_unit,
        contracts.anchor,
        contracts.anchor_day as set_day,
        contracts.trial_until as charged_from,
        true as is_series_begun,
        contracts.service_from,
        contracts.trial_until,
        contracts.term_months,
    from contracts
    inner join plans on contracts.plan_id = plans.plan_id

),

followed as (

    select * from signed

    union all

    select
        placed.contract_id,
        placed.step_no + 1,
        placed.next_change_id,
        placed.next_acts_on,
        if(placed.is_recalendared, coalesce(plans.interval_every, placed.interval_every), placed.interval_every),
        if(placed.is_recalendared, coalesce(plans.interval_unit, placed.interval_unit), placed.interval_unit),
        if(placed.is_recalendared, coalesce(plans.anchor, placed.anchor), placed.anchor),
        case
            when placed.next_kind = 'change_anchor' then placed.billing_anchor_day
            when placed.is_recalendared and placed.moment <> 'now' and placed.interval_unit in ('month', 'year')
                then coalesce(placed.set_day, day(placed.charged_from)::integer)
            else placed.set_day
        end,
        if(placed.is_recalendared, greatest(placed.next_acts_on, placed.trial_until), placed.charged_from),
        placed.is_recalendared,
        placed.service_from,
        placed.trial_until,
        placed.term_months,
    from (
        select
            followed.*,
            ordered.change_id as next_change_id,
            ordered.kind as next_kind,
            ordered.plan_id as next_plan_id,
            ordered.billing_anchor_day,
            ordered.moment,
            case
                when ordered.moment = 'now' then ordered.effective_on
                when ordered.moment = 'term_end'
                    then {{ next_anniversary('followed.service_from', 'followed.term_months', 'ordered.effective_on') }}
                when ordered.effective_on < followed.charged_from then followed.charged_from
                else {{ next_tile_from('followed', 'ordered.effective_on') }}
            end as next_acts_on,
            ordered.kind = 'change_anchor' or coalesce(
                new_plans.interval_every <> followed.interval_every
                or new_plans.interval_unit <> followed.interval_unit
                or new_plans.anchor <> followed.anchor, false
            ) as is_recalendared,
        from followed
        inner join ordered on followed.contract_id = ordered.contract_id and followed.step_no + 1 = ordered.change_no
        left join plans as new_plans on ordered.plan_id = new_plans.plan_id and ordered.kind = 'change_plan'
    ) as placed
    left join plans on placed.next_plan_id = plans.plan_id and placed.next_kind = 'change_plan'

),

anchored as (

    select
        * exclude (service_from, trial_until, term_months),
        {{ anchor_month('anchor', 'set_day', 'charged_from') }} as anchor_month,
        {{ anchor_day('anchor', 'set_day', 'charged_from') }} as anchor_day,
        if(anchor = 'calendar', date '1900-01-01', charged_from) as anchor_date,
    from followed

)

select * from anchored
