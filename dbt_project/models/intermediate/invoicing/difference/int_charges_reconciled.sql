{{ config(materialized='view') }}

with

int_billing_adjustments as (

    select * from {{ ref('int_billing_adjustments') }}

),

int_charges_priced as (

    select * from {{ ref('int_charges_priced') }}

),

int_contract_cancellations as (

    select * from {{ ref('int_contract_cancellations') }}

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
    left join int_contract_cancellations as cancelled on charges.contract_id = cancelled.contract_id

),

differed as (

    select * from agreed
    union all by name
    select * from int_billing_adjustments

)

select * from differed
