with

source as (

    select * from {{ source('intake', 'rejects') }}

),

renamed as (

    select
        file_name,
        source,
        line_no,
        column_name,
        reason_code,
        expected,
        message,
        raw,
        event_date,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
