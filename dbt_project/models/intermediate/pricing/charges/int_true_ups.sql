with

charges as (

    select * from {{ ref('int_fee_charges_rated') }}

),

terminations as (

    select * from {{ ref('int_termination_fees_rated') }}

),

ordinary as (

    select contract_id, plan_id, period_from, computed_amount, from charges
    where kind in ('recurring', 'usage')

),

minimums as (

    select
        charges.charge_id,
        any_value(charges.computed_amount) as required_amount,
        cast(coalesce(sum(ordinary.computed_amount), 0) as decimal(20, 4)) as covered_amount,
    from charges
    left join ordinary
        on
            charges.contract_id = ordinary.contract_id
            and charges.plan_id = ordinary.plan_id
            and ordinary.period_from >= charges.period_from
            and ordinary.period_from < charges.period_until
    where charges.kind = 'minimum'
    group by charges.charge_id

),

{# A commitment also counts what a minimum of its periods has topped up. #}
counted as (

    select contract_id, plan_id, period_from, computed_amount, from ordinary
    union all
    select
        charges.contract_id,
        charges.plan_id,
        charges.period_from,
        greatest(minimums.required_amount - minimums.covered_amount, 0),
    from minimums
    inner join charges on minimums.charge_id = charges.charge_id

),

commitments as (

    select
        charges.charge_id,
        any_value(charges.computed_amount) as required_amount,
        cast(coalesce(sum(counted.computed_amount), 0) as decimal(20, 4)) as covered_amount,
    from charges
    left join counted
        on
            charges.contract_id = counted.contract_id
            and charges.plan_id = counted.plan_id
            and counted.period_from >= charges.period_from
            and counted.period_from < charges.period_until
    where charges.kind = 'commitment'
    group by charges.charge_id

),

asked_for as (

    select * from minimums
    union all
    select * from commitments
    union all
    select charge_id, required_amount, cast(0 as decimal(20, 4)) from terminations

),

topped_up as (

    select
        *,
        cast(greatest(required_amount - covered_amount, 0) as decimal(20, 4)) as missing_amount,
    from asked_for

),

computed as (

    select
        charges.* replace (
            if(charges.kind = 'commitment', 'minimum', charges.kind) as kind,
            cast(topped_up.missing_amount as decimal(38, 12)) as unrounded_amount,
            topped_up.missing_amount as computed_amount
        ),
        topped_up.required_amount,
        topped_up.covered_amount,
    from topped_up
    inner join charges on topped_up.charge_id = charges.charge_id

)

select * from computed
