with

source as (

    select * from {{ source('crm', 'quote_lines') }}

),

renamed as (

    select
        quote_id,
        quote_line_no,
        plan_id,
        description,
        quantity,
        expected_usage,
        unit_price,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
