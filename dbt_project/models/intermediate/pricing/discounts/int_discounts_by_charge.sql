with

granted as (

    select * from {{ ref('int_discounts_granted') }}

),

discountable as (

    select * from {{ ref('int_charges_discountable') }}

),

named as (

    select
        * exclude (plan_id, fee_id, currency),
        contract_id is not null as is_own,
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

{# A discount counts whole billing periods of the plan, the first is the first that begins in it; a fee with an interval
   of its own is discounted where its period begins in one of them. A fixed amount of a plan or contract is for the
   plan's own billing periods: it comes off the fees in turn, those paid in advance first. #}
counted as (

    select
        *,
        dense_rank() over (partition by discount_id, contract_id order by plan_period_from) as period_no,
        case when named_fee is not null then 'fee' when named_plan is not null then 'plan' else 'contract' end as scope,
    from paired
    where
        coalesce(named_plan, plan_id) = plan_id
        and coalesce(named_fee, fee_id) = fee_id
        and coalesce(named_currency, currency) = currency
        and billing_period_served_from >= starts_on
        and billing_period_served_from < ends_on
        and (periods is null or plan_period_from >= starts_on)
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
        concat_ws(
            '|', contract_id, period_from, period_until,
            if(scope = 'plan', plan_id, ''), if(scope = 'fee', charge_id, '')
        )
            as pool,
        {# By first day, everybody's before one's own, then as the catalog lists them or in the order of redemption. #}
        row_number() over (
            order by
                percent is null, scope = 'contract', scope = 'plan', starts_on, is_own, order_no, discount_id, charge_id
        ) as discount_no,
        charge_no,
    from counted
    where periods is null or period_no <= periods

)

select * from matched
