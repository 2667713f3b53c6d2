with

int_charges_reconciled as (

    select * from {{ ref('int_charges_reconciled') }}

),

charges as (

    select
        charge_id,
        customer_id,
        contract_id,
        plan_id,
        fee_id,
        instance,
        period_from,
        period_until,
        served_from,
        served_until,
        quantity,
        unrounded_amount,
        owed_amount,
        billed_amount,
        difference,
        currency,
        tax_code,
        tax_rate,
        price_basis,
        user_customer_id,
        entity_id,
        kind,
        computed_amount,
        bill_on,
        is_due,
        reason,
        line_state,
        is_in_facts,
        is_waived,
        is_before_beginning,
        is_beyond_horizon,
        product,
        department,
    from int_charges_reconciled

)

select * from charges
