with

contract_routes as (

    select * from {{ ref('int_contract_routes_cut') }}

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

only_contract as (

    select
        stretches.customer_id,
        with_fee.meter,
        with_fee.event_type,
        stretches.from_at,
        stretches.until_at,
        min(with_fee.contract_id) as contract_id,
        min(with_fee.zone) as zone,
        min(with_fee.state) as state,
        min(with_fee.filters) as filters,
        bool_or(with_fee.needs_price) as needs_price,
        bool_or(with_fee.is_by_event) as is_by_event,
        min(with_fee.late_rule) as late_rule,
    from stretches
    inner join with_fee
        on
            stretches.customer_id = with_fee.customer_id
            and stretches.from_at >= with_fee.from_at
            and stretches.from_at < with_fee.until_at
    where stretches.until_at is not null
    group by all
    having count(*) = 1

)

select * from only_contract
