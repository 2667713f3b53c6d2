with

charges as (

    select * from {{ ref('int_charges_net_of_tax') }}

),

segments as (

    select * from {{ ref('int_charge_segments_rated') }}

),

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

{# What stays owed after a contract's end, because nothing was given back, is earned on that day. A draw of credits goes
   with what it pays. #}
segments_cut as (

    select
        charges.charge_id,
        cast(date_trunc('month', least(segments.segment_from, lives.life_until)) as date) as month,
        segments.unrounded_amount,
        segments.segment_until - segments.segment_from as days,
        case
            when lives.life_until < segments.segment_until and lives.life_until <= charges.night_ends_on
                then segments.segment_until - segments.segment_from
            else greatest(least(segments.segment_until, charges.night_ends_on) - segments.segment_from, 0)
        end as days_passed,
        segments.is_served_by_days,
    from segments
    inner join charges on segments.charge_id = charges.weighed_charge_id
    left join lives on charges.contract_id = lives.contract_id
    where charges.bought_block_id is null

),

{# Service passes with the days; usage that we know of has been used, unless its charge is for what stands then. #}
from_segments as (

    select
        charge_id,
        month,
        cast(sum(unrounded_amount) as decimal(38, 12)) as weight,
        cast(sum(
            case
                when not is_served_by_days or days_passed >= days then unrounded_amount
                else {{ exact_divide('unrounded_amount * days_passed', 'days') }}
            end
        ) as decimal(38, 12)) as weight_passed,
    from segments_cut
    group by charge_id, month

),

weighed as (

    select charge_id
    from from_segments
    group by charge_id
    having sum(weight) <> 0

),

{# A charge that its segments do not explain (a minimum without usage, a one-off) goes by its days. #}
months_of_weightless as (

    select
        charges.*,
        unnest(generate_series(
            date_trunc('month', charges.revenue_from), charges.revenue_until - 1, interval 1 month
        )) as month_start,
    from charges
    where charges.bought_block_id is null and charges.charge_id not in (select weighed.charge_id from weighed)

),

bounded as (

    select
        *,
        cast(month_start as date) as month,
        greatest(revenue_from, cast(month_start as date)) as part_from,
        least(revenue_until, cast(month_start + interval 1 month as date)) as part_until,
    from months_of_weightless

),

from_days as (

    select
        charge_id,
        month,
        cast(part_until - part_from as decimal(38, 12)) as weight,
        cast(greatest(least(part_until, night_ends_on) - part_from, 0) as decimal(38, 12)) as weight_passed,
    from bounded

),

built as (

    select from_segments.*
    from from_segments
    where from_segments.charge_id in (select weighed.charge_id from weighed)
    union all
    select * from from_days

)

select * from built
