with

files as (

    select * from {{ ref('stg_intake__files') }}

),

routes as (

    select * from {{ ref('int_usage_routed') }}

),

superseded as (

    select
        event_date,
        md5(string_agg(file_name || '|' || line_no, ',' order by file_name, line_no)) as superseded_hash,
    from {{ ref('int_usage_events_superseded') }}
    group by event_date

),

{# What an interval reaches counts for the day on which it began. #}
intervals as (

    select event_date, intervals_until from {{ ref('int_usage_corrections_found') }}
    where kind = 'day' and intervals_until is not null

),

days as (

    select
        event_date,
        md5(string_agg(file_name || '|' || sha256 || '|' || rows_accepted, ',' order by file_name)) as files_hash,
    from files
    where stream = 'usage' and event_date is not null
    group by event_date

),

{# What a route says, apart from its bounds, counts on every day it touches; its bounds count on their own days alone, so
   that an end in October does not make September dirty. md5 and not hash(): it is the same in every version. #}
hashed as (

    select
        cast(timezone('UTC', from_at) as date) as from_day,
        cast(timezone('UTC', until_at - interval 1 microsecond) as date) as until_day,
        md5_number_lower(concat_ws(
            '|', route_key, event_type, meter, contract_id, zone, state, is_first, field, aggregation, coalesce(price_field, ''),
            to_json(dimensions), to_json(filters), windows_hash, ignored_after_days, needs_price, is_reading, is_spread, is_contested
        ))::hugeint as route_hash,
        md5_number_lower(concat_ws('|', route_key, event_type, meter, 'from', from_at))::hugeint as from_hash,
        md5_number_lower(concat_ws('|', route_key, event_type, meter, 'until', until_at))::hugeint as until_hash,
    from routes

),

turns as (

    select
        from_day as day,
        route_hash + from_hash as turn
    from hashed
    union all
    select from_day + 1, -from_hash
    from hashed
    union all
    select
        until_day,
        until_hash
    from hashed
    union all
    select
        until_day + 1,
        -route_hash - until_hash
    from hashed

),

turned as (

    select
        day,
        sum(sum(turn)) over (order by day) as routes_hash,
    from turns
    group by day

),

reached as (

    select
        intervals.event_date,
        md5(string_agg(turned.day || '|' || turned.routes_hash, ',' order by turned.day)) as reached_hash,
    from intervals
    inner join turned on turned.day > intervals.event_date and turned.day <= intervals.intervals_until
    group by intervals.event_date

),

fingerprinted as (

    select
        days.event_date,
        md5(concat_ws(
            '|', days.files_hash, coalesce(turned.routes_hash, 0), superseded.superseded_hash, 'until ' || reached.reached_hash
        )) as fingerprint,
    from days
    left join superseded on days.event_date = superseded.event_date
    left join reached on days.event_date = reached.event_date
    asof left join turned on days.event_date >= turned.day

)

select * from fingerprinted
