-- What claims about what was agreed, used and priced name: a charge, a fee of a contract, or (where plan and fee are empty) a whole contract.
with

broken as (

    select * from {{ ref('int_claim_served_billing_periods_neither_overlap_nor_leave_a_gap') }}
    union all
    select * from {{ ref('int_claim_every_charge_has_an_amount_and_a_tax_rate') }}
    union all
    select * from {{ ref('int_claim_segments_add_up_to_their_charge') }}
    union all
    select * from {{ ref('int_claim_no_usage_is_in_two_segments_of_a_fee') }}

)

select * from broken
