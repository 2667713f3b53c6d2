with

charges as (

    select * from {{ ref('int_fee_charges_rated') }}

),

ordinary as (

    select * from {{ ref('int_fee_charges_rated') }} where kind in ('recurring', 'usage')

),

terminations as (

    select * from {{ ref('int_termination_fees_rated') }}

),

{# What is too large to be an amount stays null, and is named. #}
early_ends as (

    select
        charges.charge_id,
        terminations.unrounded_amount + charges.bounded_amount as asked_amount,
        case
            when abs(asked_amount) < {{ too_large() }}
                then {{ round_amount('asked_amount', 'minor_digits', 'rounding') }}
        end as required_amount,
        cast(0 as decimal(20, 4)) as covered_amount,
    from charges
    inner join terminations on charges.charge_id = terminations.charge_id

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
    select charge_id, required_amount, covered_amount, from early_ends

),

topped_up as (

    select
        cast(greatest(asked_for.required_amount - asked_for.covered_amount, 0) as decimal(20, 4)) as missing_amount,
        charges.* replace (
            if(charges.kind = 'commitment', 'minimum', charges.kind) as kind,
            cast(missing_amount as decimal(38, 12)) as unrounded_amount,
            missing_amount as computed_amount
        ),
        asked_for.required_amount,
        asked_for.covered_amount,
    from asked_for
    inner join charges on asked_for.charge_id = charges.charge_id

)

select * from topped_up
