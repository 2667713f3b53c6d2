with

segments as (

    select * from {{ ref('int_charge_segments_with_quantity') }}

),

steps as (

    select * from {{ ref('int_price_components') }}

),

full_prices as (

    select
        charge_id,
        segment_from,
        cast(sum(amount) as decimal(38, 12)) as full_price,
        count(amount) < count(*) as lacks_an_amount,
    from steps
    group by charge_id, segment_from

),

with_prices as (

    select
        segments.charge_id,
        segments.segment_from,
        segments.segment_until,
        segments.month,
        segments.version_from,
        segments.quantity,
        segments.kind,
        segments.model,
        segments.share_days,
        segments.whole_days,
        segments.part_days,
        segments.part_period,
        segments.minimum,
        segments.maximum,
        (segments.kind <> 'usage' and segments.model <> 'per_day')
        or segments.model = 'stairstep'
        or segments.part_period is not null as is_prorated,
        cast(coalesce(full_prices.full_price, 0) as decimal(38, 12)) as full_price,
        coalesce(full_prices.lacks_an_amount, false) as lacks_an_amount,
        cast(coalesce(full_prices.full_price, 0) * segments.share_days as decimal(38, 12)) as price_days,
    from segments
    left join
        full_prices
        on segments.charge_id = full_prices.charge_id and segments.segment_from = full_prices.segment_from

),

{# Only what is prorated by days depends on the segments before it. #}
accumulated as (

    select
        *,
        cast(
            sum(price_days) over (partition by charge_id order by segment_from) as decimal(38, 12)
        ) as price_days_until,
    from with_prices
    where is_prorated
    union all by name
    select * from with_prices
    where not is_prorated

),

priced as (

    select
        * exclude (is_prorated, full_price, price_days, price_days_until) replace (
            case when is_prorated then part_days end as part_days
        ),
        cast(case
            when not is_prorated then full_price
            else
                {{ exact_divide('price_days_until', 'part_days') }}
                - {{ exact_divide('(price_days_until - price_days)', 'part_days') }}
        end as decimal(38, 12)) as unrounded_amount,
    from accumulated

),

too_large as (

    select charge_id
    from priced
    group by charge_id
    having bool_or(lacks_an_amount) or abs(sum(unrounded_amount)) >= {{ too_large() }}

),

{# A charge that does not fit owes nothing yet: it is named, and the document that would bill it is held. #}
fitted as (

    select
        priced.* exclude (lacks_an_amount) replace (
            cast(if(too_large.charge_id is null, priced.unrounded_amount, 0) as decimal(38, 12)) as unrounded_amount
        ),
        too_large.charge_id is not null as is_out_of_range,
    from priced
    left join too_large on priced.charge_id = too_large.charge_id

)

select * from fitted
