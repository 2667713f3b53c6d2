with

source as (

    select * from {{ source('ledger', 'document_taxes') }}

),

renamed as (

    select
        document_id,
        tax_code,
        tax_rate,
        net_amount,
        tax_amount,
        currency,
        commit_sequence,
        recorded_at,
    from source
    where recorded_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
