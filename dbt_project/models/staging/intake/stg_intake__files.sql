{{ config(materialized='table') }}

with

source as (

    select * from {{ source('intake', 'files') }}

),

renamed as (

    select
        file_id,
        file_name,
        sha256,
        stream,
        source,
        received_at,
        rows_received_at,
        state,
        event_date,
        rows_received,
        rows_accepted,
        rows_rejected,
        rows_duplicate,
        case
            when stream = 'usage' and rows_accepted > 0
                then 'lake/usage/event_date=' || event_date || '/' || file_id || '*.parquet'
        end as lake_files,
    from source
    where coalesce(rows_received_at, received_at) <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
