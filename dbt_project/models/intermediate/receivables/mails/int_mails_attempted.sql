with

sendings as (

    select * from {{ ref('stg_ledger__sendings') }}

),

intents as (

    select
        *,
        row_number() over (partition by mail_key order by "at") as attempt,
    from sendings
    where phase = 'intent'

),

outcomes as (

    select
        *,
        row_number() over (
            partition by mail_key
            order by "at", case state when 'failed' then 1 when 'in_doubt' then 2 else 3 end
        ) as attempt,
    from sendings
    where phase = 'outcome'

),

{# An intent without an outcome may have reached the customer: in doubt, and a person decides. #}
attempted as (

    select
        intents.mail_key,
        intents.attempt,
        intents.purpose,
        intents.document_id,
        intents.document_number,
        intents.customer_id,
        intents.policy,
        intents.step,
        intents.payment_method_id,
        intents.recipient,
        coalesce(outcomes.state, 'in_doubt') as state,
        coalesce(outcomes.at, intents.at) as sent_at,
        outcomes.message_id,
        outcomes.error,
    from intents
    left join outcomes on intents.mail_key = outcomes.mail_key and intents.attempt = outcomes.attempt

)

select * from attempted
