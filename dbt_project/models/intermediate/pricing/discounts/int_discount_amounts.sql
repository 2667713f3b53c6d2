with

matched as (

    select * from {{ ref('int_discounts_by_charge') }}

),

segments as (

    select * from {{ ref('int_fee_segments_rated') }}

),

totals as (

    select
        charge_id,
        cast(sum(unrounded_amount) as decimal(38, 12)) as rest,
    from segments
    where charge_id in (select matched.charge_id from matched)
    group by charge_id

),

{# Percentages one after the other, each of what the ones before have left. #}
multiplied as (

    select
        matched.charge_id,
        matched.discount_id,
        matched.discount_no,
        totals.rest,
        list(cast((100 - matched.percent) * 0.01 as decimal(20, 12)))
            over (partition by matched.charge_id order by matched.discount_no) as factors,
        cast(totals.rest * {{ product_of('factors') }} as decimal(38, 12)) as rest_after,
    from matched
    inner join totals on matched.charge_id = totals.charge_id
    where matched.percent is not null

),

percentages as (

    select
        charge_id,
        discount_id,
        lag(rest_after, 1, rest) over (partition by charge_id order by discount_no) - rest_after as amount,
    from multiplied

),

after_percentages as (

    {{ rests_after('totals', 'percentages') }}

),

fee_shares as (

    {{ fixed_discounts_of_scope('fee', 'matched', 'after_percentages') }}

),

after_fees as (

    {{ rests_after('after_percentages', 'fee_shares') }}

),

plan_shares as (

    {{ fixed_discounts_of_scope('plan', 'matched', 'after_fees') }}

),

after_plans as (

    {{ rests_after('after_fees', 'plan_shares') }}

),

contract_shares as (

    {{ fixed_discounts_of_scope('contract', 'matched', 'after_plans') }}

),

united as (

    select * from percentages
    union all
    select * from fee_shares
    union all
    select * from plan_shares
    union all
    select * from contract_shares

),

given as (

    select
        united.charge_id,
        united.discount_id,
        matched.discount_no,
        cast(united.amount as decimal(38, 12)) as amount,
    from united
    inner join matched on united.charge_id = matched.charge_id and united.discount_id = matched.discount_id

)

select * from given
