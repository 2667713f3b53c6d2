with

metered as (

    select * from {{ ref('int_usage_metered') }}

),

files as (

    select * from {{ ref('stg_intake__files') }}

),

meters as (

    select * from {{ ref('stg_catalog__meters') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

{# An event with rows of its own waits where none of them came to anything, as usage_accounting counts it. #}
waiting as (

    select
        file_name,
        event_date,
        meter,
        waits_for,
        waits_with,
        counted_events as event_count,
    from metered
    where state = 'waiting' and line_no = 0

    union all

    select
        file_name,
        event_date,
        max(meter) filter (where state = 'waiting'),
        max(waits_for) filter (where state = 'waiting'),
        max(waits_with) filter (where state = 'waiting'),
        1,
    from metered
    where line_no <> 0
    group by file_name, event_date, line_no
    having bool_and(state in ('waiting', 'superseded')) and bool_or(state = 'waiting')

),

received as (

    select
        file_name,
        any_value(source) as source,
        min(received_at) as received_at,
    from files
    where stream = 'usage'
    group by file_name

),

named as (

    select
        received.source,
        if(starts_with(waiting.waits_for, 'contract|'), substr(waiting.waits_for, 10), null) as contract_id,
        if(starts_with(waiting.waits_for, 'customer|'), substr(waiting.waits_for, 10), null) as customer_id,
        waiting.waits_with as event_type,
        waiting.meter <> '' as has_contract,
        waiting.event_date,
        received.received_at,
        waiting.file_name,
        waiting.event_count,
    from waiting
    inner join received on waiting.file_name = received.file_name

),

explained as (

    select
        named.*,
        case
            when named.has_contract then 'no_price'
            when named.event_type not in (select meters.event_type from meters) then 'unknown_event_type'
            when named.contract_id not in (select contracts.contract_id from contracts) then 'unknown_contract'
            when named.customer_id not in (select customers.customer_id from customers) then 'unknown_customer'
            when named.contract_id is not null then 'outside_service'
            else 'no_single_contract'
        end as reason,
    from named

),

summed as (

    select
        source,
        coalesce(contract_id, '') as contract_id,
        coalesce(customer_id, '') as customer_id,
        event_type,
        reason,
        min(event_date) as first_event_date,
        max(event_date) as last_event_date,
        min(received_at) as waits_since,
        arg_min(file_name, (received_at, file_name)) as first_file_name,
        cast(sum(event_count) as bigint) as event_count,
    from explained
    where event_count > 0
    group by all

)

select * from summed
