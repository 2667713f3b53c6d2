-- What claims about what was agreed, used and priced name: a charge, a fee of a contract, or (where plan and fee are empty) a whole contract.
with

int_charges_priced as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

int_charge_segments_rated as (

    select * from {{ ref('int_charge_segments_rated') }}

),

{# A charge without an amount, a tax rate or a bill day (a price list without the version's numbers, a tax code without a rate on the
   last served day) would otherwise bill nothing, unseen. #}
incomplete as (

    select 'every_charge_has_an_amount_and_a_tax_rate' as claim, contract_id, plan_id, fee_id, charge_id,
    from int_charges_priced
    where
        computed_amount is null
        or tax_rate is null
        or bill_on is null
        or due_at is null

),

segments as (

    select charge_id, sum(unrounded_amount) as segments_amount,
    from int_charge_segments_rated
    group by charge_id

),

{# The segments of a charge add up to its unrounded amount to the last digit: else revenue would not be what is owed. #}
not_added_up as (

    select 'segments_add_up_to_their_charge' as claim, charges.contract_id, charges.plan_id, charges.fee_id, charges.charge_id,
    from int_charges_priced as charges
    left join segments on charges.charge_id = segments.charge_id
    where coalesce(segments.segments_amount, 0) <> charges.unrounded_amount

),

broken as (

    select * from incomplete
    union all
    select * from not_added_up
    union all
    select * from {{ ref('int_claim_served_billing_periods_neither_overlap_nor_leave_a_gap') }}
    union all
    select * from {{ ref('int_claim_no_usage_is_in_two_segments_of_a_fee') }}

)

select * from broken
