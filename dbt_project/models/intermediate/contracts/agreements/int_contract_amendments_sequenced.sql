{# A change at the end of a period needs the calendar that earlier changes have left, so they follow one by one. #}
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
        cast(0 as bigint) as step_no,
        cast(null as varchar) as change_id,
        contracts.service_from as acts_on,
        plans.interval_every,
        plans.interval_unit,
        contracts.anchor,
        contracts.anchor_day as set_day,
        contracts.trial_until as charged_from,
        true as is_series_begun,
        coalesce(plans.lead_days, 0) as lead_days,
        date '0001-01-01' as plan_acts_in,
        date '0001-01-01' as acts_in_night,
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
        placed.next_interval_every,
        placed.next_interval_unit,
        placed.next_anchor,
        coalesce(
            if(placed.next_kind = 'change_anchor', placed.billing_anchor_day, placed.set_day),
            if(placed.keeps_day and placed.is_recalendared, cast(day(placed.charged_from) as integer), null)
        ),
        if(placed.is_recalendared, greatest(placed.next_acts_on, placed.trial_until), placed.charged_from),
        placed.is_recalendared,
        if(placed.is_of_plan, placed.next_lead_days, placed.lead_days),
        if(placed.is_of_plan, placed.next_acts_in_night, placed.plan_acts_in),
        placed.next_acts_in_night,
        placed.service_from,
        placed.trial_until,
        placed.term_months,
    from (
        select
            followed.*,
            ordered.change_id as next_change_id,
            ordered.kind as next_kind,
            ordered.billing_anchor_day,
            ordered.moment <> 'now' and followed.anchor = 'contract'
            and followed.interval_unit in ('month', 'year') as keeps_day,
            case
                when ordered.moment = 'now' then ordered.effective_on
                when ordered.moment = 'term_end'
                    then {{ next_anniversary(
                        'followed.service_from', 'followed.term_months', 'ordered.in_time_until'
                    ) }}
                when ordered.effective_on < followed.charged_from then followed.charged_from
                else {{ next_billing_period_from('followed', 'ordered.effective_on') }}
            end as next_acts_on,
            {# By the lead of the plan that it finds; never before a change of plan that it comes after. #}
            greatest(followed.plan_acts_in, next_acts_on - followed.lead_days) as next_acts_in_night,
            plans.plan_id is not null as is_of_plan,
            coalesce(plans.lead_days, 0) as next_lead_days,
            coalesce(plans.interval_every, followed.interval_every) as next_interval_every,
            coalesce(plans.interval_unit, followed.interval_unit) as next_interval_unit,
            coalesce(plans.anchor, followed.anchor) as next_anchor,
            ordered.kind = 'change_anchor'
            or next_interval_every <> followed.interval_every
            or next_interval_unit <> followed.interval_unit
            or next_anchor <> followed.anchor as is_recalendared,
        from followed
        inner join ordered on followed.contract_id = ordered.contract_id and followed.step_no + 1 = ordered.change_no
        left join plans on ordered.plan_id = plans.plan_id and ordered.kind = 'change_plan'
    ) as placed

),

anchored as (

    select
        followed.* exclude (service_from, trial_until, term_months, lead_days, plan_acts_in),
        {{ anchor_month('anchor', 'set_day', 'charged_from') }} as anchor_month,
        {{ anchor_day('anchor', 'set_day', 'charged_from') }} as anchor_day,
        if(anchor = 'calendar', date '1900-01-01', charged_from) as anchor_date,
    from followed

)

select * from anchored
