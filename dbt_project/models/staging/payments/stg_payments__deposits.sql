with

source as (

    select * from {{ source('payments', 'deposits') }}

),

renamed as (

    select
        payment_id,
        source,
        account,
        booked_on,
        value_on,
        amount,
        currency,
        direction,
        reference,
        remitter_code,
        remitter_name,
        payer_key,
        remittance_text,
        bank_transaction_id,
        is_reversal,
        file_name,
        line_no,
        received_at,
    from source
    where received_at <= (select known_until from {{ source('run', 'run') }})

)

select * from renamed
