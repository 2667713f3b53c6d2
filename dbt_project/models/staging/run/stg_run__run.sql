with

source as (

    select * from {{ source('run', 'run') }}

),

renamed as (

    select
        as_of_date,
        known_until,
        night_ends_on,
        is_view,
        ledger_head,
        ledger_sequence,
        rules_version,
        coalesce(is_forecast, false) as is_forecast,
    from source

)

select * from renamed
