with

source as (

    select * from {{ source('decisions', 'decisions') }}

),

renamed as (

    select
        decision_id,
        kind,
        document_id,
        content_hash,
        payment_id,
        charge_id,
        contract_id,
        plan_id,
        fee_id,
        instance,
        period_from,
        amount,
        currency,
        until,
        decided_by,
        decided_at,
        reason,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
