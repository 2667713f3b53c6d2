with recursive

segments as (

    select * from {{ ref('int_segments_ruled') }} where coalesce(allowance_periods, 0) > 0 or allowance_shared is not null

),

rounded as (

    select * from {{ ref('int_usage_rounded') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

used as (

    select
        charge_id,
        arg_max(rounded_until, segment_from) as used,
    from rounded
    group by charge_id

),

{# Contracts that share have one pool, every other contract has its own. #}
charges as (

    select
        segments.charge_id,
        segments.contract_id,
        segments.allowance_shared,
        concat_ws('|', segments.plan_id, segments.fee_id, if(segments.allowance_shared is null, segments.contract_id, contracts.user_customer_id))
            as pool,
        segments.period_from,
        any_value(segments.allowance) as allowance,
        coalesce(any_value(segments.allowance_periods), 0) as periods,
        any_value(segments.allowance_cap) as cap,
        greatest(coalesce(any_value(used.used), 0), 0)::decimal(38, 12) as used,
    from segments
    inner join contracts on segments.contract_id = contracts.contract_id
    left join used on segments.charge_id = used.charge_id
    group by all

),

tiles as (

    select
        pool,
        period_from,
        row_number() over (partition by pool order by period_from) as tile_no,
        (any_value(allowance) * if(any_value(allowance_shared) = 'pooled', count(*), 1))::decimal(38, 12) as granted,
        any_value(periods) as periods,
        any_value(cap) as cap,
        sum(used)::decimal(38, 12) as used,
    from charges
    group by pool, period_from

),

{# Tile by tile: what earlier tiles left, oldest first, is used before the tile's own; what is too old, or above the cap (oldest first), is lost. #}
walked as (

    select
        pool,
        0::bigint as tile_no,
        null::date as period_from,
        0::decimal(38, 12) as available,
        []::decimal(38, 12)[] as carried,
    from tiles
    where tile_no = 1

    union all

    select
        tiles.pool,
        tiles.tile_no,
        tiles.period_from,
        {{ sum_of('(walked.carried || [tiles.granted])') }} as available,
        {{ capped_parts(
            left_of_parts('(walked.carried || [tiles.granted])', 'tiles.used') ~ '[greatest(len(walked.carried) + 2 - tiles.periods, 1):]',
            'tiles.cap'
        ) }} as carried,
    from walked
    inner join tiles on walked.pool = tiles.pool and walked.tile_no + 1 = tiles.tile_no

),

{# Contracts that share take from their pool in the order of their ids. #}
granted as (

    select
        charges.charge_id,
        greatest(
            walked.available
            - coalesce(sum(charges.used) over (
                partition by charges.pool, charges.period_from
                order by charges.contract_id, charges.charge_id
                rows between unbounded preceding and 1 preceding
            ), 0),
            0
        )::decimal(38, 12) as allowance,
    from charges
    inner join walked on charges.pool = walked.pool and charges.period_from = walked.period_from

)

select * from granted
