with

contract_routes as (

    select * from {{ ref('int_contract_meter_routes') }}

),

with_fee as (

    select * from contract_routes where has_fee

),

cuts as (

    select
        customer_id,
        from_at as cut_at
    from with_fee
    union
    select
        customer_id,
        until_at
    from with_fee

),

stretches as (

    select
        customer_id,
        cut_at as from_at,
        lead(cut_at) over (partition by customer_id order by cut_at) as until_at,
    from cuts

),

{# A contract in service goes before a paused one, and a paused one before one whose plan refuses usage in a pause. #}
first_in_line as (

    select
        with_fee.* exclude (from_at, until_at),
        stretches.from_at,
        stretches.until_at,
    from stretches
    inner join with_fee
        on
            stretches.customer_id = with_fee.customer_id
            and stretches.from_at >= with_fee.from_at
            and stretches.from_at < with_fee.until_at
    where stretches.until_at is not null
    qualify
        rank() over (
            partition by stretches.customer_id, with_fee.meter, stretches.from_at
            order by with_fee.state = 'paused', with_fee.is_paused
        ) = 1

),

{# What all of several contracts refuse is refused, of none of them. #}
only_contract as (

    select
        customer_id,
        meter,
        event_type,
        from_at,
        until_at,
        case when count(*) = 1 then any_value(contract_id) else '' end as contract_id,
        case when count(distinct zone) = 1 then any_value(zone) else 'UTC' end as zone,
        any_value(state) as state,
        case when count(*) = 1 then any_value(filters) end as filters,
        bool_or(needs_price) as needs_price,
        bool_or(is_by_event) as is_by_event,
        case when count(*) = 1 then any_value(late_rule) end as late_rule,
    from first_in_line
    group by customer_id, meter, event_type, from_at, until_at
    having count(*) = 1 or bool_and(state = 'paused')

)

select * from only_contract
