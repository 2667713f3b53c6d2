with

compared as (

    select * from {{ ref('int_contract_changes_compared') }}

),

contracts as (

    select * from {{ ref('int_contracts_judged') }} where refusal_reason is null

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

kinds as (

    select * from {{ ref('change_kinds') }}

),

coupons as (

    select * from {{ ref('int_coupons_redeemed') }}

),

{# What a change may do to a fee. A change without a plan is for every plan that has the fee (plan_id null); an own
   price without one is for the plan that was signed. #}
known_fees as (

    select
        fee_id,
        plan_id,
        bool_and(kind = 'recurring') as is_recurring,
        bool_and(model = 'flat') as is_flat,
        bool_and(model = 'flat') or bool_and(model in ('per_unit', 'package', 'per_day')) as has_one_price,
    from fees
    group by grouping sets ((fee_id, plan_id), (fee_id))

),

judged as (

    select
        compared.*,
        case
            when compared.row_no > 1
                then if(compared.content_hash = compared.first_hash, 'repeated', 'conflicting_change')
            when contracts.contract_id is null then 'unknown_contract'
            when compared.kind = 'correct' then null
            when compared.kind = 'cancel' and compared.is_taken_back then 'taken_back'
            when compared.kind = 'reinstate' and not compared.is_after_cancel then 'not_cancelled'
            when compared.effective_on < contracts.service_from then 'before_service'
            when
                case kinds.required_value
                    when 'plan_id' then compared.plan_id
                    when 'quantity' then cast(compared.quantity as varchar)
                    when 'department' then compared.department
                    when 'billing_anchor_day' then cast(compared.billing_anchor_day as varchar)
                    when 'discount'
                        then cast(
                            coalesce(compared.percent, compared.amount, coupons.percent, coupons.amount) as varchar
                        )
                    when 'own_price' then cast(if(known_fees.is_flat, compared.amount, compared.unit_price) as varchar)
                    when 'amount' then cast(compared.amount as varchar)
                    when 'fee_id' then compared.fee_id
                    else ''
                end is null
                or (
                    compared.kind in ('discount', 'grant_credit')
                    and compared.fee_id is not null and compared.plan_id is null
                )
                then if(compared.discount_id is null, 'value_missing', 'unknown_discount')
            when
                compared.kind in ('change_plan', 'grant_credit')
                and compared.plan_id is not null and plans.plan_id is null
                then 'unknown_plan'
            when compared.kind = 'change_plan' and not contains(plans.currencies, contracts.billing_currency)
                then 'currency_differs'
            when compared.kind = 'renew' and compared.until is null and contracts.term_months is null
                then 'value_missing'
            when least(compared.quantity, compared.amount, compared.unit_price) < 0 then 'below_zero'
            when compared.percent not between 0 and 100 or compared.percent + compared.amount is not null
                then 'percent_unclear'
            when compared.billing_anchor_day not between 1 and 31 then 'no_such_day'
            when compared.until <= compared.effective_on then 'until_too_early'
            when compared.periods < 1 then 'value_out_of_range'
            when
                compared.fee_id is not null
                and not coalesce(case
                    when compared.kind in ('add_fee', 'remove_fee') then known_fees.is_recurring
                    when compared.kind = 'override_price' then known_fees.has_one_price
                    else known_fees.fee_id is not null
                end, false)
                then 'unknown_fee'
            when compared.acts_at = 'term_end' and contracts.term_months is null then 'no_term'
            when compared.kind = 'pause' and compared.is_while_paused then 'already_paused'
            when compared.kind = 'resume' and not compared.is_while_paused then 'not_paused'
        end as refusal_reason,
        contracts.service_from,
        compared.effective_on
        + if(compared.kind = 'cancel', greatest(coalesce(contracts.notice_days, 1), 1) - 1, 0) as in_time_until,
    from compared
    left join contracts on compared.contract_id = contracts.contract_id
    left join kinds on compared.kind = kinds.kind
    left join plans on compared.plan_id = plans.plan_id
    left join coupons on compared.change_id = coupons.change_id
    left join known_fees
        on
            compared.fee_id = known_fees.fee_id
            and coalesce(compared.plan_id, if(compared.kind = 'override_price', contracts.plan_id, null))
            is not distinct from known_fees.plan_id

)

select * from judged
