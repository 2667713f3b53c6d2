{{ config(
    materialized='incremental',
    incremental_strategy='append',
    unique_key=['usage_date'],
    pre_hook="{% if is_incremental() %}{{ forget_changed_usage_days(this, ref('int_usage_metered'), ref('stg_catalog__meters')) }}{% endif %}",
) }}

with

days_to_sum as (
    {{ hashes_of_usage_days(ref('int_usage_metered'), ref('stg_catalog__meters')) }}
    {% if is_incremental() %}
        having touched.usage_date not in (select distinct usage_date from {{ this }})
    {% endif %}
),

metered as not materialized (
    select
        metered.*,
        days_to_sum.days_hash,
        meters.aggregation,
        meters.level_per,
        meters.reports,
    from {{ ref('int_usage_metered') }} as metered
    inner join days_to_sum on metered.usage_date = days_to_sum.usage_date
    inner join {{ ref('stg_catalog__meters') }} as meters on metered.meter = meters.meter
    where metered.state in ('rated', 'free')
),

{# Lists cost much even where they are empty: what has none is summed apart. #}
with_lists as (
    select distinct
        contract_id,
        meter,
        usage_date,
    from metered
    where readings is not null or aggregation in ('unique_count', 'latest', 'time_weighted_sum')
),

summed_without_lists as (
    select
        contract_id,
        meter,
        usage_date,
        dimensions,
        case when aggregation = 'max' then max(peak) else sum(quantity) end::decimal(38, 12) as quantity,
        sum(priced_amount)::decimal(38, 12) as priced_amount,
        sum(event_count)::bigint as event_count,
        any_value(days_hash) as days_hash,
    from metered
    anti join with_lists using (contract_id, meter, usage_date)
    group by contract_id, meter, usage_date, dimensions, aggregation
),

merged as (
    select
        contract_id,
        meter,
        usage_date,
        dimensions,
        aggregation,
        level_per,
        reports,
        sum(quantity) as total,
        max(peak) as peak,
        list_sort(list_distinct(flatten(list(unique_values) filter (where unique_values is not null)))) as unique_values,
        list_sort(flatten(list(readings) filter (where readings is not null))) as readings,
        sum(priced_amount)::decimal(38, 12) as priced_amount,
        sum(event_count)::bigint as event_count,
        any_value(days_hash) as days_hash,
    from metered
    semi join with_lists using (contract_id, meter, usage_date)
    group by contract_id, meter, usage_date, dimensions, aggregation, level_per, reports
),

{# A level's readings of one day, in their order, become its first and last moment, what it is then, and level × microseconds in between. #}
read as (
    select
        merged.* exclude (readings),
        merged.readings as events,
        readings[-1] as last_reading,
        readings[1].event_at as first_at,
        readings[-1].event_at as last_at,
        case when reports = 'change' then total else readings[-1].reading end::decimal(38, 12) as last_level,
        {{ level_time_of('readings', 'aggregation', 'reports') }} as level_time,
        timezone(contracts.zone, cast(merged.usage_date + 1 as timestamp)) as day_until,
    from merged
    inner join {{ ref('int_contracts_resolved') }} as contracts on merged.contract_id = contracts.contract_id
),

summed_with_lists as (
    select
        * exclude (total, peak, aggregation, level_per, reports, day_until),
        case aggregation
            when 'max' then peak
            when 'unique_count' then len(unique_values)
            when 'latest' then last_reading.reading
            when 'time_weighted_sum'
                then {{ exact_divide(
                    'level_time + last_level * (epoch_us(day_until) - epoch_us(last_at))', microseconds_of('level_per')
                ) }}
            else total
        end::decimal(38, 12) as quantity,
    from read
),

united as (
    select * from summed_without_lists
    union all by name
    select * from summed_with_lists
)

select * from united
