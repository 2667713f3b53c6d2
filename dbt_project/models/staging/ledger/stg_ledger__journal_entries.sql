with

source as (

    select * from {{ source('ledger', 'journal_entries') }}

),

renamed as (

    select
        entry_id,
        line_no,
        entity_id,
        month,
        posted_on,
        account,
        side,
        amount,
        currency,
        source_type,
        source_id,
        product,
        department,
        commit_sequence,
        recorded_at,
    from source
    where recorded_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
