with recursive

pooled as (

    select * from {{ ref('int_included_units_pooled') }}

),

added_up as (

    select * from {{ ref('int_usage_rounded') }}

),

counted_once as (

    select * from {{ ref('int_usage_counted_once') }}

),

used as (

    select charge_id, arg_max(rounded_until, segment_from) as used, from added_up
    group by charge_id
    union all
    select charge_id, rounded_quantity, from counted_once

),

charges as (

    select
        pooled.*,
        cast(greatest(coalesce(used.used, 0), 0) as decimal(38, 12)) as used,
    from pooled
    left join used on pooled.charge_id = used.charge_id

),

{# A billing period is one step, or as many as it has plans after each other. #}
steps as (

    select
        pool,
        period_from,
        step_from,
        row_number() over in_order as step_no,
        coalesce(period_from <> lag(period_from) over in_order, true) as begins_billing_period,
        cast(
            any_value(allowance) * if(any_value(allowance_shared) = 'pooled', count(*), 1) as decimal(38, 12)
        ) as granted,
        any_value(periods) as periods,
        any_value(cap) as cap,
        cast(sum(used) as decimal(38, 12)) as used,
    from charges
    group by pool, period_from, step_from
    window in_order as (partition by pool order by period_from, step_from)

),

{# What earlier billing periods left, oldest first, is used before the plan's own units; what is too old, or above the
   cap (oldest first), is lost where a billing period begins. What a plan leaves of its own waits for the next. #}
walked as (

    select
        pool,
        cast(0 as bigint) as step_no,
        cast(null as date) as period_from,
        cast(null as date) as step_from,
        cast(0 as decimal(38, 12)) as available,
        cast(0 as decimal(38, 12)) as left_of_billing_period,
        cast([] as decimal(38, 12)[]) as carried,
    from steps
    where step_no = 1

    union all

    select
        pool,
        step_no,
        period_from,
        step_from,
        cast({{ sum_of('brought') }} + granted as decimal(38, 12)) as available,
        cast(left_before + least(granted, greatest(available - used, 0)) as decimal(38, 12)) as left_of_billing_period,
        {{ left_of_parts('brought', 'used') }} as carried,
    from (
        select
            steps.*,
            walked.carried || [walked.left_of_billing_period] as parts,
            {{ newest_parts('parts', 'steps.periods') }} as newest,
            if(steps.begins_billing_period, {{ capped_parts('newest', 'steps.cap') }}, walked.carried) as brought,
            if(steps.begins_billing_period, 0, walked.left_of_billing_period) as left_before,
        from walked
        inner join steps on walked.pool = steps.pool and walked.step_no + 1 = steps.step_no
    ) as reached

),

{# Contracts that share take from their pool in the order of their ids. #}
granted as (

    select
        charges.charge_id,
        cast(greatest(
            walked.available
            - coalesce(sum(charges.used) over (
                partition by charges.pool, charges.period_from, charges.step_from
                order by charges.contract_id, charges.charge_id
                rows between unbounded preceding and 1 preceding
            ), 0),
            0
        ) as decimal(38, 12)) as allowance,
    from charges
    inner join walked using (pool, period_from, step_from)

)

select * from granted
