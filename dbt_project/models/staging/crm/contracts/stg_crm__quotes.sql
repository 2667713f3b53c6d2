with

source as (

    select * from {{ source('crm', 'quotes') }}

),

renamed as (

    select
        quote_id,
        customer_id,
        quoted_on,
        valid_until,
        status,
        contract_id,
        service_from,
        term_months,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
