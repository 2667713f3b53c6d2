with

notices as (

    select * from {{ ref('int_contract_notices_found') }}

),

allowances as (

    select * from {{ ref('int_allowances_reached') }}

),

credits as (

    select * from {{ ref('int_credits_reached') }}

),

cards as (

    select * from {{ ref('int_card_notices_found') }}

),

united as (

    select
        mail_key,
        purpose,
        customer_id,
        contract_id,
        null::varchar as payment_method_id,
        happens_on,
        facts,
    from notices

    union all

    select
        mail_key,
        purpose,
        customer_id,
        contract_id,
        null::varchar,
        happens_on,
        facts,
    from allowances

    union all

    select
        mail_key,
        purpose,
        customer_id,
        contract_id,
        null::varchar,
        happens_on,
        facts,
    from credits

    union all

    select * from cards

)

select * from united
