with

notices as (

    select * from {{ ref('int_contract_notices') }}

),

allowances as (

    select * from {{ ref('int_usage_threshold_notices') }}

),

credits as (

    select * from {{ ref('int_credit_threshold_notices') }}

),

cards as (

    select * from {{ ref('int_card_expiry_notices') }}

),

united as (

    select
        mail_key,
        purpose,
        customer_id,
        contract_id,
        cast(null as varchar) as payment_method_id,
        happens_on,
        facts,
    from notices

    union all

    select
        mail_key,
        purpose,
        customer_id,
        contract_id,
        cast(null as varchar),
        happens_on,
        facts,
    from allowances

    union all

    select
        mail_key,
        purpose,
        customer_id,
        contract_id,
        cast(null as varchar),
        happens_on,
        facts,
    from credits

    union all

    select * from cards

)

select * from united
