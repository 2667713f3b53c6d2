-- All that a claim names tonight: what is in doubt, why, whose it is, and which document waits for it. It stands before numbers are given.
with

broken as (

    select * from {{ ref('int_draft_claims_broken') }}
    union all
    select * from {{ ref('int_claim_credits_stay_within_what_is_open') }}

)

select * from broken
