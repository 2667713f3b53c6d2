with

source as (

    select * from {{ source('crm', 'quoted_prices') }}

),

renamed as (

    select
        quote_id,
        contract_id,
        plan_id,
        fee_id,
        period_from,
        period_until,
        periods,
        net_amount,
        tax_amount,
        currency,
        priced_at,
        extra,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
