with

payment_methods as (

    select * from {{ ref('int_payment_methods_resolved') }}

),

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

next_charges as (

    select * from {{ ref('int_card_charges_after_expiry') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

used as (

    select
        lives.payment_method_id,
        count(*) as contract_count,
        min(lives.contract_id) as first_contract_id,
    from lives
    cross join run
    where lives.life_until > run.as_of_date and lives.payment_method_id is not null
    group by lives.payment_method_id

),

{# A card is good until the last day of its month. #}
dated as (

    select
        *,
        last_day(make_date(card_exp_year, card_exp_month, 1)) as expires_on,
    from payment_methods
    where kind = 'card' and card_exp_month between 1 and 12 and card_exp_year between 2000 and 2999

)

select
    dated.payment_method_id,
    dated.customer_id,
    dated.card_brand,
    dated.card_last4,
    dated.card_exp_month,
    dated.card_exp_year,
    dated.expires_on,
    dated.expires_on < run.as_of_date as is_expired,
    cast(used.contract_count as integer) as contract_count,
    used.first_contract_id,
    next_charges.charged_on as next_charge_on,
from dated
cross join run
inner join used on dated.payment_method_id = used.payment_method_id
left join next_charges on dated.payment_method_id = next_charges.payment_method_id
where dated.expires_on <= run.as_of_date + 60
