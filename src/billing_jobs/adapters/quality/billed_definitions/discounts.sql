-- One row per discount that ever was and catalog version, since something was billed that it covers: everybody's
-- discounts act on everything billed. A coupon stands as it was redeemed, so only that it is one may not change; its
-- first day and its end may be set beyond what was billed.
with

billed as (

    select
        plan_id,
        max(recorded_at) as billed_at,
        max(coalesce(served_until, period_until)) as billed_until,
    from {lines}
    where plan_id <> '' and kind <> 'one_off'
    group by plan_id

),

covering as (

    select
        discounts.discount_id,
        discounts.received_at,
        max(billed.billed_at) as billed_at,
        max(billed.billed_until) as billed_until,
    from {discounts} as discounts
    inner join billed on coalesce(discounts.plan_id, billed.plan_id) = billed.plan_id
    group by all

),

ids as (

    select
        known.discount_id,
        catalogs.received_at,
    from (select distinct discount_id from {discounts}) as known
    cross join (select distinct received_at from {entities}) as catalogs

)

select
    'discount' as kind,
    ids.discount_id as definition,
    cast(null as varchar) as plan_id,
    cast(null as varchar) as fee_id,
    ids.received_at,
    max(covering.billed_at) over (partition by ids.discount_id) as billed_at,
    json_merge_patch(
        -- A discount that comes new and names no first day would reach back over everything billed.
        to_json({{
            'everybody from the beginning': coalesce(not discounts.is_coupon and discounts.valid_from is null, false)
        }}),
        case last_value(discounts.is_coupon ignore nulls) over known
            when true then '{{"coupon": true}}' when false then '{{"coupon": false}}' else '{{}}' end,
        if(coalesce(discounts.is_coupon, true), '{{}}', to_json({{
            'percent': coalesce(cast(discounts.percent as varchar), ''),
            'amount': coalesce(cast(discounts.amount as varchar), ''),
            'currency': coalesce(discounts.currency, ''),
            'plan': coalesce(discounts.plan_id, ''),
            'fee': coalesce(discounts.fee_id, ''),
            'periods': coalesce(cast(discounts.periods as varchar), ''),
            'from': coalesce(cast(
                if(discounts.valid_from < covering.billed_until, discounts.valid_from, null) as varchar), ''),
            'until': coalesce(cast(
                if(discounts.valid_until <= covering.billed_until, discounts.valid_until, null) as varchar), '')
        }}))
    ) as fields,
from ids
left join {discounts} as discounts on ids.discount_id = discounts.discount_id
    and ids.received_at = discounts.received_at
left join covering on ids.discount_id = covering.discount_id and ids.received_at = covering.received_at
window known as (partition by ids.discount_id order by ids.received_at)
