with

contract_routes as (

    select * from {{ ref('int_contract_routes_cut') }}

),

customer_routes as (

    select * from {{ ref('int_customer_routes_cut') }}

),

meters as (

    select * from {{ ref('stg_catalog__meters') }}

),

united as (

    select
        'contract|' || contract_id as route_key,
        event_type,
        from_at,
        until_at,
        meter,
        contract_id,
        zone,
        state,
        filters,
    from contract_routes

    union all

    select
        'customer|' || customer_id,
        event_type,
        from_at,
        until_at,
        meter,
        contract_id,
        zone,
        state,
        filters,
    from customer_routes

),

with_meters as (

    select
        united.*,
        coalesce(meters.field, 'quantity') as field,
        meters.aggregation,
        meters.price_field,
        list_sort(from_json(coalesce(meters.dimensions, '[]'), '["VARCHAR"]')) as dimensions,
        row_number() over (
            partition by united.route_key, united.event_type, united.from_at
            order by united.state desc, united.filters is not null, united.meter
        ) = 1 as is_first,
    from united
    inner join meters on united.meter = meters.meter

)

select * from with_meters
