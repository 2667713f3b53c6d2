with

billing_period_segments as (

    select * from {{ ref('int_fee_segments_rated') }}

),

true_ups as (

    select * from {{ ref('int_true_ups') }}

),

one_off_charges as (

    select * from {{ ref('int_one_off_charges_priced') }}

),

priced as (

    select
        charge_id,
        segment_from,
        segment_until,
        month,
        version_from,
        quantity,
        unrounded_amount,
        share_days,
        part_days,
        kind <> 'usage' or part_period is not null as is_served_by_days,
    from billing_period_segments
    where kind not in ('minimum', 'commitment', 'termination')

    union all

    {# What is missing is known, and earned, on the last day. #}
    select
        charge_id,
        last_served_on,
        served_until,
        cast(date_trunc('month', last_served_on) as date),
        null,
        quantity,
        unrounded_amount,
        null,
        null,
        true,
    from true_ups

    union all

    select
        charge_id,
        served_from,
        served_until,
        cast(date_trunc('month', served_from) as date),
        null,
        quantity,
        unrounded_amount,
        null,
        null,
        true,
    from one_off_charges

)

select * from priced
