with

payment_methods as (

    select * from {{ ref('int_payment_methods_resolved') }}

),

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

intervals as (

    select * from {{ ref('int_billing_calendars') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# A card is good until the last day of its month. #}
cards as (

    select
        *,
        last_day(make_date(card_exp_year, card_exp_month, 1)) as expires_on,
    from payment_methods
    where kind = 'card' and card_exp_month between 1 and 12 and card_exp_year between 2000 and 2999

),

used as (

    select
        cards.payment_method_id,
        cards.expires_on,
        lives.entity_id,
        intervals.*,
        least(intervals.billing_periods_until, lives.planned_until) as charged_until,
        greatest(cards.expires_on + 1, run.night_ends_on, intervals.charged_from) as bad_from,
    from cards
    cross join run
    inner join lives on cards.payment_method_id = lives.payment_method_id
    inner join intervals on lives.contract_id = intervals.contract_id
    where lives.planned_until > run.night_ends_on

),

{# A billing period's first day is when its fees in advance, and those in arrears of the billing period before, are
   charged. #}
charged as (

    select
        *,
        unnest(range(0, 3)) + coalesce(
            date_diff('month', anchor_month, bad_from) // step_months,
            date_diff('day', anchor_date, bad_from) // step_days
        ) as billing_period_no,
        greatest({{ billing_period_day('billing_period_no') }}, charged_from) as charged_on,
    from used

),

next_charges as (

    select
        payment_method_id,
        expires_on,
        min(charged_on) as charged_on,
        arg_min(contract_id, (charged_on, contract_id)) as contract_id,
        arg_min(entity_id, (charged_on, contract_id)) as entity_id,
    from charged
    where charged_on >= bad_from and charged_on < charged_until
    group by payment_method_id, expires_on

)

select * from next_charges
