-- One row per record of a usage file with its columns typed, its day (UTC) and the first problem that refuses it
-- (column|reason|expected). A time that the clock shows twice stands as its later pass, with the earlier one beside it.
-- One pass over the records without a join, so that a file of any size streams through; `raw` is the row as it came,
-- where it is at hand, and `found` what stands in the column that is refused.
create or replace temp table {into} as
with

named as (
    select
        line_no,
        {raw} as raw,
        fault,
        {named},
        {series} as series,
    from {records}
),

clocked as (
    select
        *,
        {local_event_at} as local_event_at,
        {local_ended_at} as local_ended_at,
    from named
),

read as (
    select
        *,
        {event_at} as read_event_at,
        {earlier_at} as read_earlier_at,
        {ended_at} as read_ended_at,
        {earlier_ended_at} as read_earlier_ended_at,
        case
            when given_quantity is null then 1
            when regexp_full_match(given_quantity, '{number}') then try_cast(given_quantity as {decimal})
            when regexp_full_match({half_width}, '{number}') then try_cast({half_width} as {decimal})
        end as read_quantity,
        {properties} as properties,
    from clocked
),

judged as (
    select
        *,
        case
            when fault is not null then fault
            when given_event_id is null then 'event_id|missing|a value; the column is required'
            when given_event_type is null then 'event_type|missing|a value; the column is required'
            when given_event_at is null then 'event_at|missing|a value; the column is required'
            when read_event_at is null and {has_no_zone}
                then 'event_at|no_offset|an offset such as +09:00 or Z after the time'
            when read_event_at is null then 'event_at|bad_timestamp|' || $expected_instant
            when year(read_event_at) not between 1971 and 2199 then 'event_at|out_of_range|a year from 1971 to 2199'
            when given_contract_id is null and given_customer_id is null
                then 'contract_id|missing|a contract_id or a customer_id'
            when read_quantity is null
                then 'quantity|bad_number|a decimal number with at most {digits} digits before the point'
            when read_quantity < 0 and $refuses_negative then 'quantity|negative|0 or more, as the profile says'
            when properties is null then 'properties|bad_properties|a JSON object, each key once'
            when given_ended_at is not null and read_ended_at is null then 'ended_at|bad_timestamp|'
                || $expected_instant
            when read_ended_at < coalesce(read_earlier_at, read_event_at)
                then 'ended_at|ends_before_it_begins|a time not before event_at'
            when given_amends is not null and given_retracts is not null
                then 'retracts|bad_correction|either amends or retracts, not both'
            when coalesce(given_amends, given_retracts) = given_event_id
                then 'amends|bad_correction|the id of another event'
            else {required}
        end as problem,
    from read
)

select
    line_no,
    raw,
    problem,
    {found} as found,
    given_event_id as event_id,
    given_event_type as event_type,
    read_event_at as event_at,
    {ended} as ended_at,
    coalesce(given_contract_id, '') as contract_id,
    coalesce(given_customer_id, '') as customer_id,
    cast(read_quantity as decimal(38, 12)) as quantity,
    properties,
    given_amends as amends,
    given_retracts as retracts,
    cast(timezone('UTC', read_event_at) as date) as event_date,
    read_earlier_at as earlier_at,
    {ended_in_first_pass} as earlier_ended_at,
    case when read_earlier_at is not null then local_event_at end as local_at,
    {is_at_step} as is_at_step,
    series,
from judged
