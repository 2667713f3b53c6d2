with

source as (

    select * from {{ source('sending', 'sendings') }}

),

renamed as (

    select
        mail_key,
        phase,
        "at",
        purpose,
        document_id,
        document_number,
        customer_id,
        policy,
        step,
        payment_method_id,
        recipient,
        state,
        message_id,
        error,
    from source
    where "at" < (select known_until from {{ source('run', 'run') }})

)

select * from renamed
