with

changes as (

    select * from {{ ref('stg_crm__contract_changes') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

known_fees as (

    select
        fee_id,
        bool_or(kind = 'recurring') as is_recurring,
    from fees
    group by fee_id

),

numbered as (

    select
        *,
        md5(to_json([
            contract_id, effective_on::varchar, acts_at, kind, plan_id, fee_id, instance, quantity::varchar, unit_price::varchar,
            amount::varchar, percent::varchar, billing_anchor_day::varchar, department, until::varchar, prorate::varchar, refund,
        ])::varchar) as content_hash,
        row_number() over (partition by change_id order by received_at, file_name, line_no) as row_no,
    from changes

),

compared_with_first as (

    select
        *,
        first_value(content_hash) over (partition by change_id order by row_no) as first_hash,
        min(effective_on) filter (where kind = 'cancel' and coalesce(acts_at, 'now') = 'now')
            over (partition by contract_id) as cancelled_on,
        coalesce(
            lag(case when until is not null then 'resume' else kind end) over pauses_in_order, 'resume'
        ) as pause_before,
    from numbered
    window
        pauses_in_order as (
            partition by contract_id, kind in ('pause', 'resume')
            order by row_no > 1, effective_on, kind, recorded_at nulls first, received_at, file_name, line_no
        )

),

judged as (

    select
        compared_with_first.*,
        case
            when
                compared_with_first.row_no > 1 and compared_with_first.content_hash = compared_with_first.first_hash
                then 'repeated'
            when compared_with_first.row_no > 1 then 'conflicting_change'
            when contracts.contract_id is null then 'unknown_contract'
            when compared_with_first.kind = 'correct' then null
            when compared_with_first.effective_on < contracts.service_from then 'before_service'
            when compared_with_first.kind = 'change_plan' and compared_with_first.plan_id is null then 'value_missing'
            when compared_with_first.kind = 'change_plan' and plans.plan_id is null then 'unknown_plan'
            when
                compared_with_first.kind = 'change_plan' and plans.currency <> contracts.currency
                then 'currency_differs'
            when
                compared_with_first.kind = 'change_quantity' and compared_with_first.quantity is null
                then 'value_missing'
            when
                compared_with_first.kind = 'change_department' and compared_with_first.department is null
                then 'value_missing'
            when
                compared_with_first.kind in ('add_fee', 'remove_fee') and compared_with_first.fee_id is null
                then 'value_missing'
            when
                compared_with_first.kind = 'change_anchor' and compared_with_first.billing_anchor_day is null
                then 'value_missing'
            when
                compared_with_first.quantity < 0
                or compared_with_first.billing_anchor_day not between 1 and 31
                or compared_with_first.until < compared_with_first.effective_on
                then 'value_out_of_range'
            when
                compared_with_first.fee_id is not null
                and (
                    known_fees.fee_id is null
                    or (compared_with_first.kind in ('add_fee', 'remove_fee') and not known_fees.is_recurring)
                )
                then 'unknown_fee'
            when compared_with_first.acts_at = 'term_end' and contracts.term_months is null then 'no_term'
            when
                compared_with_first.kind not in ('cancel', 'renew')
                and compared_with_first.effective_on >= least(contracts.ends_on, compared_with_first.cancelled_on)
                then 'after_end'
            when compared_with_first.kind = 'pause' and compared_with_first.pause_before = 'pause' then 'already_paused'
            when compared_with_first.kind = 'resume' and compared_with_first.pause_before = 'resume' then 'not_paused'
        end as refusal_reason,
        contracts.lead_days,
        contracts.service_from,
    from compared_with_first
    left join contracts on compared_with_first.contract_id = contracts.contract_id
    left join plans on compared_with_first.plan_id = plans.plan_id
    left join known_fees on compared_with_first.fee_id = known_fees.fee_id

)

select * from judged
