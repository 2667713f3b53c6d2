-- What claims about rated charges and about drafts name, before any credit note acts.
with

broken as (

    select * from {{ ref('int_charge_claims_placed') }}
    union all
    select * from {{ ref('int_claim_a_credit_note_is_below_zero') }}
    union all
    select * from {{ ref('int_claim_a_document_has_one_payer_and_one_price_basis') }}
    union all
    select * from {{ ref('int_claim_credits_pay_no_more_than_a_charge_owes') }}
    union all
    select * from {{ ref('int_claim_documents_may_go_out') }}
    union all
    select * from {{ ref('int_claim_drafts_bring_charges_to_what_they_owe') }}
    union all
    select * from {{ ref('int_claim_every_credited_line_names_its_original') }}
    union all
    select * from {{ ref('int_claim_lines_and_tax_add_up_to_the_total') }}
    union all
    select * from {{ ref('int_claim_no_charge_is_billed_twice_in_one_document') }}
    union all
    select * from {{ ref('int_claim_no_line_is_credited_beyond_itself') }}
    union all
    select * from {{ ref('int_claim_tax_is_rounded_once_per_document_and_rate') }}
    union all
    select * from {{ ref('int_claim_taxes_per_rate_add_up_to_the_document') }}

)

select * from broken
