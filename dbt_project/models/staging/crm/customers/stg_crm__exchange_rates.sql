with

source as (

    select * from {{ source('crm', 'exchange_rates') }}

),

renamed as (

    select
        currency,
        to_currency,
        valid_on,
        rate,
        source as rate_source,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
