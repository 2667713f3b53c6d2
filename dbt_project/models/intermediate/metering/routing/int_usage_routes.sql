with

contract_routes as (

    select * from {{ ref('int_contract_meter_routes') }}

),

customer_routes as (

    select * from {{ ref('int_customer_meter_routes') }}

),

meters as (

    select * from {{ ref('stg_catalog__meters') }}

),

windows as (

    select
        time_bands,
        md5(string_agg(
            concat_ws('|', month, from_day, day_kind, from_minute, band), ','
            order by month, from_day, day_kind, from_minute
        )) as windows_hash,
    from {{ ref('stg_catalog__time_band_windows') }}
    group by time_bands

),

united as (

    select
        'contract|' || contract_id as route_key,
        true as is_named_by_contract,
        contract_id as named_id,
        event_type,
        from_at,
        until_at,
        meter,
        contract_id,
        zone,
        state,
        filters,
        needs_price,
        is_by_event,
        late_rule,
    from contract_routes

    union all

    select
        'customer|' || customer_id,
        false,
        customer_id,
        event_type,
        from_at,
        until_at,
        meter,
        contract_id,
        zone,
        state,
        filters,
        needs_price,
        is_by_event,
        late_rule,
    from customer_routes

),

with_meters as (

    select
        united.*,
        coalesce(meters.field, 'quantity') as field,
        meters.aggregation,
        meters.price_field,
        meters.time_bands,
        windows.windows_hash,
        list_sort(from_json(coalesce(meters.dimensions, '[]'), '["VARCHAR"]')) as dimensions,
        row_number() over (
            partition by united.route_key, united.event_type, united.from_at
            order by list_position(['rated', 'paused', 'free'], united.state), united.filters is not null, united.meter
        ) = 1 as is_first,
        meters.aggregation in ('latest', 'time_weighted_sum') or united.is_by_event as is_reading,
        meters.aggregation = 'sum' and not meters.is_level and not united.is_by_event as is_spread,
        is_reading or meters.aggregation = 'unique_count' as is_listed,
        united.state in ('rated', 'paused') and (united.filters is not null or united.needs_price) as is_conditional,
        count(*) filter (where is_conditional) over stretch > 1
        and count(*) filter (where united.state in ('rated', 'paused') and not is_conditional) over stretch
        = 0 as is_contested,
    from united
    inner join meters on united.meter = meters.meter
    left join windows on meters.time_bands = windows.time_bands
    window stretch as (partition by united.route_key, united.event_type, united.from_at)

)

select * from with_meters
