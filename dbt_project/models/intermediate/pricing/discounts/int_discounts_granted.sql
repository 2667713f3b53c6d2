with

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

coupons as (

    select * from {{ ref('int_coupons_redeemed') }}

),

discounts as (

    select * from {{ ref('stg_catalog__discounts') }}

),

{# A coupon of the catalog holds for who redeemed it, a change may also bring numbers of its own; any other discount of
   the catalog is everybody's. #}
granted as (

    select
        changes.contract_id,
        changes.change_id as discount_id,
        coalesce(changes.percent, coupons.percent) as percent,
        coalesce(changes.amount, coupons.amount) as amount,
        coupons.currency,
        coalesce(changes.plan_id, coupons.plan_id) as plan_id,
        coalesce(changes.fee_id, coupons.fee_id) as fee_id,
        greatest(changes.effective_on, coupons.valid_from) as starts_on,
        coalesce(least(changes.until, coupons.valid_until), date '9999-12-31') as ends_on,
        coalesce(changes.periods, coupons.periods) as periods,
        coupons.name_ja,
        coupons.name_en,
        changes.step_no as order_no,
    from changes
    left join coupons on changes.change_id = coupons.change_id
    where changes.kind = 'discount'

    union all

    select
        null,
        discount_id,
        percent,
        amount,
        currency,
        plan_id,
        fee_id,
        coalesce(valid_from, date '0001-01-01'),
        coalesce(valid_until, date '9999-12-31'),
        periods,
        name_ja,
        name_en,
        coalesce(discount_no, 0),
    from discounts
    where not is_coupon

)

select * from granted
