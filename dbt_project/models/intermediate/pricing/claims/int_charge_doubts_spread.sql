-- Who cannot be told for sure while another cannot: who shares its free units or its fixed discount, and the minimum or
-- commitment that counts it.
with

claims as (

    select * from {{ ref('int_charge_claims_broken') }}

),

charges as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

named as (

    select
        claims.claim,
        charges.charge_id,
        charges.user_customer_id,
        charges.period_from,
    from claims
    inner join charges
        on
            claims.contract_id = charges.contract_id
            and claims.plan_id in ('', charges.plan_id)
            and claims.fee_id in ('', charges.fee_id)
            and claims.charge_id in ('', charges.charge_id)

),

{# Free units are walked customer by customer: what one period leaves the next uses, and who shares takes in turn. #}
sharing as (

    select
        named.claim,
        charges.charge_id,
    from named
    semi join {{ ref('int_included_units_rolled_over') }} as walked on named.charge_id = walked.charge_id
    inner join charges on named.user_customer_id = charges.user_customer_id and named.period_from <= charges.period_from
    semi join {{ ref('int_included_units_rolled_over') }} as sharers on charges.charge_id = sharers.charge_id

),

before_discounts as (

    select claim, charge_id from named
    union
    select claim, charge_id from sharing

),

discounted as (

    select
        before_discounts.claim,
        others.charge_id,
    from before_discounts
    inner join {{ ref('int_discounts_by_charge') }} as matched on before_discounts.charge_id = matched.charge_id
    inner join {{ ref('int_discounts_by_charge') }} as others on matched.pool = others.pool
    where matched.amount is not null and others.amount is not null

),

before_true_ups as (

    select claim, charge_id from before_discounts
    union
    select claim, charge_id from discounted

),

topped_up as (

    select
        before_true_ups.claim,
        true_ups.charge_id,
    from before_true_ups
    inner join charges on before_true_ups.charge_id = charges.charge_id
    inner join {{ ref('int_true_ups') }} as true_ups
        on
            charges.contract_id = true_ups.contract_id
            and charges.plan_id = true_ups.plan_id
            and charges.period_from >= true_ups.period_from
            and charges.period_from < true_ups.period_until
    where true_ups.kind = 'minimum'

),

spread as (

    select claim, charge_id from before_true_ups
    union
    select claim, charge_id from topped_up

)

select
    claim,
    charge_id,
    (claim, charge_id) not in (select (named.claim, named.charge_id) from named) as is_dependent,
from spread
