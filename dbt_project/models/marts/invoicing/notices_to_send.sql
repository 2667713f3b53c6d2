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

expiring_cards as (

    select * from {{ ref('expiring_cards') }}

),

cards as (

    select
        {{ make_id(["'card_expiry'", 'payment_method_id', 'card_exp_year', 'card_exp_month']) }} as mail_key,
        'card_expiry' as purpose,
        customer_id,
        null::varchar as contract_id,
        payment_method_id,
        expires_on as happens_on,
        {
            'card_brand': card_brand,
            'card_last4': card_last4,
            'card_exp_month': card_exp_month,
            'card_exp_year': card_exp_year
        }::json::varchar as facts,
    from expiring_cards

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
