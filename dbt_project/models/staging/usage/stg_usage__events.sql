with

source as (

    select * from {{ source('usage', 'events') }}

),

renamed as (

    select
        event_id,
        source,
        event_type,
        event_at,
        ended_at,
        case when ended_at > event_at and ended_at <= event_at + interval 366 day then ended_at end as interval_until,
        contract_id,
        customer_id,
        quantity,
        properties,
        amends,
        retracts,
        file_name,
        line_no,
        received_at,
        event_date,
    from source

)

select * from renamed
