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

metered as (

    select
        metered.*,
        days_to_sum.days_hash,
    from {{ ref('int_usage_metered') }} as metered
    inner join days_to_sum on metered.usage_date = days_to_sum.usage_date

),

meters as (

    select * from {{ ref('stg_catalog__meters') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

merged as (

    select
        contract_id,
        meter,
        usage_date,
        dimensions,
        sum(quantity) as total,
        max(peak) as peak,
        list_sort(list_distinct(flatten(list(unique_values) filter (where unique_values is not null)))) as unique_values,
        list_sort(flatten(list(readings) filter (where readings is not null))) as readings,
        sum(priced_amount)::decimal(38, 12) as priced_amount,
        sum(event_count)::bigint as event_count,
        any_value(days_hash) as days_hash,
    from metered
    where state in ('rated', 'free')
    group by all

),

{# A level's readings of one day, in their order, become its first and last moment, what it is then, and level × microseconds in between. #}
read as (

    select
        merged.* exclude (readings),
        merged.readings as events,
        meters.aggregation,
        meters.level_per,
        meters.reports,
        readings[-1] as last_reading,
        readings[1].event_at as first_at,
        readings[-1].event_at as last_at,
        case when meters.reports = 'change' then merged.total else readings[-1].reading end::decimal(38, 12) as last_level,
        case
            when meters.aggregation <> 'time_weighted_sum' then null
            when meters.reports = 'change'
                then coalesce(list_sum(list_transform(
                    range(1, len(readings)),
                    lambda place: readings[place].reading
                    * (epoch_us(readings[-1].event_at) - epoch_us(readings[place].event_at))
                )), 0)
            else coalesce(list_sum(list_transform(
                range(1, len(readings)),
                lambda place: readings[place].reading
                * (epoch_us(readings[place + 1].event_at) - epoch_us(readings[place].event_at))
            )), 0)
        end::decimal(38, 12) as level_time,
        timezone(contracts.zone, cast(merged.usage_date + 1 as timestamp)) as day_until,
    from merged
    inner join meters on merged.meter = meters.meter
    inner join contracts on merged.contract_id = contracts.contract_id

),

summed as (

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

)

select * from summed
