with

source as (

    select * from {{ source('ledger', 'allocations') }}

),

renamed as (

    select
        allocation_id,
        payment_id,
        document_id,
        amount,
        currency,
        kind,
        rule,
        confidence,
        reason,
        allocated_on,
        reverses_allocation_id,
        decision_id,
        commit_sequence,
        recorded_at,
    from source
    where recorded_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
