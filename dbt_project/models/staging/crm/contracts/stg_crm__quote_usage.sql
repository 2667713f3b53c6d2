with

source as (

    select * from {{ source('crm', 'quote_usage') }}

),

renamed as (

    select
        quote_id,
        quote_line_no,
        meter,
        quantity,
        events,
        properties,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
