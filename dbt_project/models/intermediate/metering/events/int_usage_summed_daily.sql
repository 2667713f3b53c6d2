{{ config(
    materialized='incremental', incremental_strategy='append', unique_key=['usage_date', 'contract_id', 'meter'],
    pre_hook="{% if is_incremental() %}
        {{ forget_outdated_sums(this, ref('int_usage_metered'), ref('stg_catalog__meters')) }}
    {% endif %}",
) }}
with

new_parts as (
    select * from ({{ metered_parts(ref('int_usage_metered'), ref('stg_catalog__meters')) }})
    {% if is_incremental() %} where {{ is_new_part(this) }} {% endif %}
),

days_of_parts as (
    select
        event_date,
        file_name,
        list(distinct usage_date) as local_days,
    from {{ ref('int_usage_metered') }}
    semi join new_parts using (event_date, file_name)
    group by event_date, file_name
),

counted as not materialized (
    select metered.*
    from {{ ref('int_usage_metered') }} as metered
    {% if is_incremental() %} semi join outdated_sums using (usage_date, contract_id, meter) {% endif %}
    where state in ('rated', 'free')
),

metered as not materialized (
    select
        counted.*,
        meters.aggregation,
        meters.level_per,
        meters.reports,
        meters.aggregation = 'max' as is_peak,
    from counted
    inner join {{ ref('stg_catalog__meters') }} as meters on counted.meter = meters.meter
),

{# Lists cost much even where they are empty: what has none is summed apart. #}
with_lists as (
    select distinct contract_id, meter, usage_date
    from metered
    where readings is not null or aggregation in ('unique_count', 'latest', 'time_weighted_sum')
),

summed_without_lists as (
    select
        contract_id,
        meter,
        usage_date,
        dimensions,
        cast(case when bool_or(is_peak) then max(peak) else sum(quantity) end as decimal(38, 12)) as quantity,
        cast(sum(priced_amount) as decimal(38, 12)) as priced_amount,
        cast(sum(event_count) as bigint) as event_count,
    from metered
    anti join with_lists using (contract_id, meter, usage_date)
    group by contract_id, meter, usage_date, dimensions
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
        list_sort(list_distinct(flatten(
            list(unique_values) filter (where unique_values is not null)
        ))) as unique_values,
        list_sort(flatten(list(readings) filter (where readings is not null))) as readings,
        cast(sum(priced_amount) as decimal(38, 12)) as priced_amount,
        cast(sum(event_count) as bigint) as event_count,
    from metered
    semi join with_lists using (contract_id, meter, usage_date)
    group by contract_id, meter, usage_date, dimensions, aggregation, level_per, reports
),

{# A level's readings of one day, in their order, become its first and last moment, the level then, and level ×
   microseconds. #}
read as (
    select
        merged.* exclude (readings),
        merged.readings as events,
        readings[-1] as last_reading,
        readings[1].event_at as first_at,
        readings[-1].event_at as last_at,
        cast(case when reports = 'change' then total else readings[-1].reading end as decimal(38, 12)) as last_level,
        {{ level_time_of('readings', 'aggregation', 'reports') }} as level_time,
        {{ local_midnight('contracts.zone', 'merged.usage_date + 1') }} as day_until,
    from merged
    inner join {{ ref('int_contracts_resolved') }} as contracts on merged.contract_id = contracts.contract_id
),

summed_with_lists as (
    select
        * exclude (total, peak, aggregation, level_per, reports, day_until),
        {{ quantity_of_day() }} as quantity,
    from read
),

united as (
    select * from summed_without_lists
    union all by name
    select * from summed_with_lists
    union all by name
    select
        *,
        cast(json_object('event_date', event_date, 'file_name', file_name) as varchar) as dimensions,
    from new_parts
    inner join days_of_parts using (event_date, file_name)
)

select * from united
