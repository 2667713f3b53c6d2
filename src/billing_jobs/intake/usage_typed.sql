-- One row per record of a usage file with its columns typed, its day (UTC) and the first problem that refuses it (column|reason|expected).
create or replace temp table typed as
with

named as (
    select
        line_no,
        raw,
        fields,
        fault,
        {named},
    from records
),

read as (
    select
        *,
        {event_at} as read_event_at,
        {ended_at} as read_ended_at,
        case
            when given_quantity is null then 1::decimal(38, 12)
            when regexp_full_match(given_quantity, '{number}') then try_cast(given_quantity as decimal(38, 12))
        end as read_quantity,
    from named
),

-- The same few properties come again and again: each is brought into its canonical form once. Columns of the file go before the JSON.
different as (
    select distinct
        given_properties,
        property_columns,
        try_cast(try_cast(given_properties as json) as map(varchar, varchar)) as property_map,
    from named
    where given_properties is not null
),

canonical as (
    select
        given_properties,
        property_columns,
        '{' || array_to_string(
            list_transform(
                list_sort(list_filter(
                    map_entries(map_concat(property_map, cast(cast(property_columns as json) as map(varchar, varchar)))),
                    lambda entry: entry.value is not null
                )),
                lambda entry: to_json(entry.key) || ':' || to_json(entry.value)
            ),
            ','
        ) || '}' as properties,
    from different
    where property_map is not null
),

combined as (
    select
        read.*,
        case when read.given_properties is null then read.property_columns else canonical.properties end as properties,
    from read
    left join canonical
        on read.given_properties = canonical.given_properties and read.property_columns = canonical.property_columns
),

judged as (
    select
        *,
        case
            when fault is not null then fault
            when given_event_id is null then 'event_id|missing|a value; the column is required'
            when given_event_type is null then 'event_type|missing|a value; the column is required'
            when given_event_at is null then 'event_at|missing|a value; the column is required'
            when read_event_at is null and {has_no_zone} then 'event_at|no_offset|an offset such as +09:00 or Z after the time'
            when read_event_at is null then 'event_at|bad_timestamp|' || $expected_instant
            when year(read_event_at) not between 1971 and 2199 then 'event_at|out_of_range|a year from 1971 to 2199'
            when given_contract_id is null and given_customer_id is null then 'contract_id|missing|a contract_id or a customer_id'
            when read_quantity is null then 'quantity|bad_number|a decimal number with at most 26 digits before the point'
            when read_quantity < 0 and $refuses_negative then 'quantity|negative|0 or more, as the profile says'
            when properties is null then 'properties|bad_properties|a JSON object, each key once'
            when given_ended_at is not null and read_ended_at is null then 'ended_at|bad_timestamp|' || $expected_instant
            when read_ended_at < read_event_at then 'ended_at|ends_before_it_begins|a time not before event_at'
            when given_amends is not null and given_retracts is not null then 'retracts|bad_correction|either amends or retracts, not both'
            when coalesce(given_amends, given_retracts) = given_event_id then 'amends|bad_correction|the id of another event'
            else {required}
        end as problem,
    from combined
)

select
    line_no,
    coalesce(raw, case when problem is not null then array_to_string(fields, ',') end) as raw,
    problem,
    given_event_id as event_id,
    given_event_type as event_type,
    read_event_at as event_at,
    read_ended_at as ended_at,
    coalesce(given_contract_id, '') as contract_id,
    coalesce(given_customer_id, '') as customer_id,
    read_quantity as quantity,
    properties,
    given_amends as amends,
    given_retracts as retracts,
    cast(timezone('UTC', read_event_at) as date) as event_date,
    case
        when problem is null then md5(concat_ws(
            chr(31), given_event_type, epoch_us(read_event_at), coalesce(epoch_us(read_ended_at)::varchar, ''), coalesce(given_contract_id, ''),
            coalesce(given_customer_id, ''), read_quantity, properties, coalesce(given_amends, ''), coalesce(given_retracts, '')
        ))
    end as body_hash,
from judged
