with

routes as (

    select * from {{ ref('int_usage_routes') }}

),

superseded as (

    select
        event_date,
        file_name,
        md5(string_agg(line_no, ',' order by line_no)) as superseded_hash,
    from {{ ref('int_usage_events_superseded') }}
    group by event_date, file_name

),

{# What an interval reaches counts for the day on which it began. #}
files as (

    select
        event_date,
        file_name,
        files_hash,
        intervals_until,
    from {{ ref('int_usage_corrections') }}
    where kind = 'day'

),

{# What a route says, apart from its bounds, counts on every day it touches; its bounds count on their own days alone,
   so that an end in October does not make September dirty. md5 and not hash(): it is the same in every version. #}
hashed as (

    select
        cast(timezone('UTC', from_at) as date) as from_day,
        cast(timezone('UTC', until_at - interval 1 microsecond) as date) as until_day,
        cast(md5_number_lower(concat_ws(
            '|', route_key, event_type, meter, contract_id, zone, state, is_first, field, aggregation,
            coalesce(price_field, ''),
            to_json(dimensions), to_json(filters), windows_hash, late_rule, needs_price, is_reading, is_spread,
            is_contested
        )) as hugeint) as route_hash,
        cast(md5_number_lower(concat_ws('|', route_key, event_type, meter, 'from', from_at)) as hugeint) as from_hash,
        cast(
            md5_number_lower(concat_ws('|', route_key, event_type, meter, 'until', until_at)) as hugeint
        ) as until_hash,
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
        files.event_date,
        files.file_name,
        md5(string_agg(turned.day || '|' || turned.routes_hash, ',' order by turned.day)) as reached_hash,
    from files
    inner join turned on turned.day > files.event_date and turned.day <= files.intervals_until
    group by files.event_date, files.file_name

),

fingerprinted as (

    select
        files.event_date,
        files.file_name,
        md5(concat_ws(
            '|', files.files_hash, coalesce(turned.routes_hash, 0), superseded.superseded_hash,
            'until ' || reached.reached_hash
        )) as fingerprint,
    from files
    left join superseded on files.event_date = superseded.event_date and files.file_name = superseded.file_name
    left join reached on files.event_date = reached.event_date and files.file_name = reached.file_name
    asof left join turned on files.event_date >= turned.day

)

select * from fingerprinted
