with

usage as (

    select * from {{ ref('int_usage_summed_daily') }} where file_name is null

),

meters as (

    select * from {{ ref('stg_catalog__meters') }} where is_level

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# A sum that is carried over changes the level by its total of the day. #}
changed as (

    select
        usage.contract_id,
        usage.meter,
        usage.dimensions,
        usage.usage_date,
        usage.event_count,
        usage.first_at,
        usage.last_at,
        usage.level_time,
        contracts.zone,
        run.night_ends_on,
        meters.aggregation = 'sum' or meters.reports = 'change' as is_change,
        case when meters.aggregation = 'sum' then usage.quantity else usage.last_level end as told,
    from usage
    inner join meters on usage.meter = meters.meter
    inner join contracts on usage.contract_id = contracts.contract_id
    cross join run
    where usage.usage_date < run.night_ends_on

),

levels as (

    select
        *,
        cast(case when is_change then sum(told) over days else told end as decimal(38, 12)) as level,
        coalesce(lead(usage_date) over days, night_ends_on) as span_until,
        {{ local_midnight('zone', 'usage_date') }} as day_from_at,
        {{ local_midnight('zone', 'usage_date + 1') }} as day_until_at,
    from changed
    window days as (partition by contract_id, meter, dimensions order by usage_date)

),

{# The fees of a meter begin and end on these days; no piece may reach over one, nor over the end of a month. #}
bounds as (

    select meter, list(first_version_from) || list(fee_until) as days
    from fees
    where meter is not null
    group by meter

),

{# Level × seconds of the day with the events: what came into it holds until its first event, or beneath all its
   changes. #}
spans as (

    select
        levels.*,
        cast(
            {{ level_seconds(
                'coalesce(lag(levels.level)'
                ' over (partition by contract_id, levels.meter, dimensions order by usage_date), 0)',
                'epoch_us(case when is_change then day_until_at else first_at end) - epoch_us(day_from_at)'
            ) }}
            + {{ exact_divide('level_time', '1000000') }}
            + {{ level_seconds('told', 'epoch_us(day_until_at) - epoch_us(last_at)') }}
            as decimal(38, 12)
        ) as day_level_time,
        list_sort(list_distinct(list_filter(
            cast(range(date_trunc('month', usage_date), span_until, interval 1 month) as date[])
            || coalesce(bounds.days, []) || [usage_date, usage_date + 1, span_until],
            lambda day: day >= usage_date and day <= span_until
        ))) as cuts,
    from levels
    left join bounds on levels.meter = bounds.meter

),

pieces as (

    select
        contract_id,
        meter,
        dimensions,
        zone,
        level,
        unnest(cuts[1:-2]) as piece_from,
        unnest(cuts[2:]) as piece_until,
        cast(date_trunc('month', piece_from) as date) as month,
        case when piece_from = usage_date then day_level_time end as level_time,
        cast(case when piece_from = usage_date then event_count else 0 end as bigint) as event_count,
    from spans

)

select * from pieces
