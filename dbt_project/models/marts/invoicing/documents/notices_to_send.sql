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

payment_methods as (

    select * from {{ ref('int_payment_methods_resolved') }}

),

next_charges as (

    select * from {{ ref('int_card_charges_after_expiry') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# A card's expiry is announced so many days before the first charge that it is too old for, not before it expires. #}
expiring as (

    select
        {{ make_plain_id(["'card_expiry'", 'cards.payment_method_id', 'cards.card_exp_year', 'cards.card_exp_month']) }}
            as mail_key,
        'card_expiry' as purpose,
        cards.customer_id,
        next_charges.contract_id,
        cards.payment_method_id,
        next_charges.expires_on as happens_on,
        cast(cast({
            'card_brand': cards.card_brand,
            'card_last4': cards.card_last4,
            'card_exp_month': cards.card_exp_month,
            'card_exp_year': cards.card_exp_year
        } as json) as varchar) as facts,
    from next_charges
    cross join run
    inner join payment_methods as cards on next_charges.payment_method_id = cards.payment_method_id
    inner join entities on next_charges.entity_id = entities.entity_id
    where next_charges.charged_on <= run.night_ends_on + coalesce(entities.card_notice_days, 60)

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

    select * from expiring

)

select * from united
