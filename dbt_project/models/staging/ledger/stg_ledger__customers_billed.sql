{{ config(materialized='table') }}

with

source as (

    select * from {{ source('ledger', 'document_lines') }}

),

billed as (

    select
        customer_id,
        recorded_at,
        max(period_from) as last_period_from,
    from source
    where recorded_at < (select known_until from {{ source('run', 'run') }})
    group by customer_id, recorded_at

)

select * from billed
