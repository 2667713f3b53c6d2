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
        contracts.service_from as ahead_on,
        plans.interval_every,
        plans.interval_unit,
        contracts.anchor,
        contracts.anchor_day as set_day,
        contracts.trial_until as charged_from,
        true as is_series_begun,
        plans.lead_days,
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
        cast(placed.next_acts_on - placed.lead_days as date),
        placed.next_interval_every,
        placed.next_interval_unit,
        placed.next_anchor,
        coalesce(
            if(placed.next_kind = 'change_anchor', placed.billing_anchor_day, placed.set_day),
            if(placed.keeps_day and placed.is_recalendared, cast(day(placed.charged_from) as integer), null)
        ),
        if(placed.is_recalendared, greatest(placed.next_acts_on, placed.trial_until), placed.charged_from),
        placed.is_recalendared,
        placed.next_lead_days,
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
            coalesce(plans.lead_days, followed.lead_days) as next_lead_days,
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

)

select * exclude (service_from, trial_until, term_months) from followed
