{{ config(materialized='view') }}

with

int_billing_adjustments as (

    select * from {{ ref('int_billing_adjustments') }}

),

int_charges_priced as (

    select * from {{ ref('int_charges_priced') }}

),

int_billed_charges_without_charge as (

    select * from {{ ref('int_billed_charges_without_charge') }}

),

int_credit_grants as (

    select * from {{ ref('int_credit_grants') }}

),

int_contract_service_dates as (

    select * from {{ ref('int_contract_service_dates') }}

),

int_charges_to_reconcile as (

    select * from {{ ref('int_charges_to_reconcile') }}

),

{# What nobody has to look at owes what it computes to, and that is what was billed of it. #}
agreed as (

    select
        charges.*,
        true as is_in_facts,
        charges.computed_amount <> 0 as is_billed,
        charges.computed_amount as billed_amount,
        charges.computed_amount as owed_amount,
        cast(0 as decimal(20, 4)) as difference,
        false as is_waived,
        false as is_voided,
        charges.computed_amount = 0 and {{ lies_before_beginning('charges') }} as is_before_beginning,
        charges.computed_amount <> 0 and {{ lies_behind_horizon('charges', 'cancelled') }} as is_beyond_horizon,
        if(charges.computed_amount = 0, 'charge', 'adjustment') as reason,
        charges.is_due or charges.computed_amount <> 0 as is_billable,
        'none' as line_state,
    from int_charges_priced as charges
    anti join int_charges_to_reconcile as examined on charges.charge_id = examined.charge_id
    left join int_contract_service_dates as cancelled on charges.contract_id = cancelled.contract_id

),

words as (

    select charge_id, user_customer_id, unit_ja, unit_en, product, department, description_ja, description_en
    from int_charges_priced
    union all
    select charge_id, user_customer_id, unit_ja, unit_en, product, department, description_ja, description_en
    from int_billed_charges_without_charge

),

{# A draw of credits is told as what it pays for; what was bought is told apart from it. #}
differed as (

    select
        charges.*,
        words.user_customer_id,
        if(blocks.is_bought, null, words.product) as product,
        if(blocks.is_bought, blocks.department, words.department) as department,
        if(charges.paid_charge_id is null, words.unit_ja, null) as unit_ja,
        if(charges.paid_charge_id is null, words.unit_en, null) as unit_en,
        if(
            charges.paid_charge_id is null, words.description_ja, concat('プリペイド充当 ', words.description_ja)
        ) as description_ja,
        if(
            charges.paid_charge_id is null, words.description_en, concat('Prepaid credits used: ', words.description_en)
        ) as description_en,
    from int_billing_adjustments as charges
    inner join words on coalesce(charges.paid_charge_id, charges.charge_id) = words.charge_id
    left join int_credit_grants as blocks on charges.credit_block_id = blocks.block_id

),

reconciled as (

    select * from agreed
    union all by name
    select * from differed

)

select * from reconciled
