with

claims as (

    select * from {{ ref('int_claims_broken') }}

),

broken as (

    select
        claim,
        customer_id,
        contract_id,
        charge_id,
        document_id,
        amount,
        currency,
    from claims

)

select * from broken
