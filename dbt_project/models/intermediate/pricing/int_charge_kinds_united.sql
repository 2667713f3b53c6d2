with

computed as (

    select * from {{ ref('int_charges_computed') }}

),

one_off_charges as (

    select * from {{ ref('int_one_off_charges_priced') }}

),

withdrawn as (

    select * from {{ ref('int_charges_withdrawn') }}

),

united as (

    select
        charge_id, customer_id, user_customer_id, entity_id, entity_zone, contract_id, plan_id, fee_id, instance, kind,
        period_from, period_until, served_from, served_until, currency, minor_digits, rounding, tax_code, tax_rate, price_basis,
        quantity, unit_ja, unit_en, unrounded_amount, computed_amount, due_at, bill_on,
        product, department, description_ja, description_en,
    from computed

    union all by name

    select
        charge_id, customer_id, user_customer_id, entity_id, entity_zone, contract_id, '' as plan_id, 'one_off' as fee_id, instance,
        'one_off' as kind, charged_on as period_from, charged_on + 1 as period_until, charged_on as served_from,
        charged_on + 1 as served_until, currency, minor_digits, rounding, tax_code, tax_rate, 'exclusive' as price_basis,
        1::decimal(38, 12) as quantity, amount as unrounded_amount,
        {{ round_amount('amount', 'minor_digits', 'rounding') }} as computed_amount,
        due_at, bill_on, department, description as description_ja, description as description_en,
    from one_off_charges

    union all by name

    select
        charge_id, customer_id, user_customer_id, entity_id, entity_zone, contract_id, plan_id, fee_id, instance, kind,
        period_from, period_until, served_from, served_until, currency, minor_digits, rounding, tax_code, tax_rate, price_basis,
        0::decimal(38, 12) as quantity, unit_ja, unit_en, 0::decimal(38, 12) as unrounded_amount, 0::decimal(20, 4) as computed_amount,
        timezone(entity_zone, cast(served_from as timestamp)) as due_at, served_until as bill_on,
        product, department, description_ja, description_en,
    from withdrawn

)

select * from united
