with

granted as (

    select * from {{ ref('int_discounts_granted') }}

),

charges as (

    select * from {{ ref('int_charges_keyed') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

discountable as (

    select
        charges.*,
        fees.fee_no,
        fees.timing,
        fees.interval_every,
        fees.interval_unit,
        fees.has_own_interval,
    from charges
    inner join fees on charges.plan_id = fees.plan_id and charges.fee_id = fees.fee_id
    where charges.kind in ('recurring', 'usage')

),

named as (

    select
        * exclude (plan_id, fee_id, currency),
        plan_id as named_plan,
        fee_id as named_fee,
        currency as named_currency,
    from granted

),

paired as (

    select
        discountable.*,
        named.* exclude (contract_id),
    from discountable
    inner join named on discountable.contract_id = named.contract_id

    union all

    select
        discountable.*,
        everybodys.* exclude (contract_id),
    from discountable
    inner join named as everybodys
        on
            everybodys.contract_id is null
            and coalesce(everybodys.named_plan, discountable.plan_id) = discountable.plan_id

),

{# A discount counts whole tiles, the first is the first that begins in it; each interval of the contract counts its own.
   A fixed amount of a plan or contract is for the plan's own tiles: it comes off the fees in turn, those paid in advance first. #}
counted as (

    select
        *,
        dense_rank() over (partition by discount_id, contract_id, interval_every, interval_unit order by period_from) as period_no,
        case when named_fee is not null then 'fee' when named_plan is not null then 'plan' else 'contract' end as scope,
    from paired
    where
        coalesce(named_plan, plan_id) = plan_id
        and coalesce(named_fee, fee_id) = fee_id
        and coalesce(named_currency, currency) = currency
        and tile_served_from >= starts_on
        and tile_served_from < ends_on
        and (percent is not null or named_fee is not null or not has_own_interval)

),

matched as (

    select
        charge_id,
        contract_id,
        fee_id,
        instance,
        interval_every,
        interval_unit,
        period_from,
        discount_id,
        percent,
        case when percent is null then amount end as amount,
        scope,
        concat_ws('|', contract_id, period_from, period_until, if(scope = 'plan', plan_id, ''), if(scope = 'fee', charge_id, ''))
            as pool,
        row_number() over (
            order by percent is null, scope = 'contract', scope = 'plan', starts_on, discount_id, charge_id
        ) as discount_no,
        row_number() over (order by timing, plan_id, fee_no, charge_id) as charge_no,
    from counted
    where periods is null or period_no <= periods

)

select * from matched
