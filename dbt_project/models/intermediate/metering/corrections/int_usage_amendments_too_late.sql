with

amendments as (

    select
        file_name,
        line_no,
        event_type,
        event_at,
        interval_until,
        received_at,
        contract_id <> '' as is_named_by_contract,
        case when contract_id <> '' then contract_id else customer_id end as named_id,
    from {{ ref('int_usage_corrections') }}
    where kind = 'amends'

),

routes as (

    select * from {{ ref('int_usage_routes') }} where late_rule is not null

),

{# An interval of which a part is not too late counts for that part. #}
judged as (

    select
        amendments.file_name,
        amendments.line_no,
        cast(timezone(
            routes.zone,
            case
                when routes.is_spread and amendments.interval_until is not null
                    then amendments.interval_until - interval 1 microsecond
                else amendments.event_at
            end
        ) as date) as usage_date,
        {{ comes_too_late('routes.zone', 'amendments.received_at', 'usage_date', 'routes.late_rule') }} as is_too_late,
    from amendments
    inner join routes
        on
            amendments.named_id = routes.named_id
            and amendments.event_type = routes.event_type
            and amendments.is_named_by_contract = routes.is_named_by_contract
            and amendments.event_at >= routes.from_at
            and amendments.event_at < routes.until_at

),

ignored as (

    select
        file_name,
        line_no,
    from judged
    group by file_name, line_no
    having bool_and(is_too_late)

)

select * from ignored
