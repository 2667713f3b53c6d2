-- The document that would bill what is in doubt, did it not owe what was billed of it. It may have no other line: then
-- it is named all the same.
with

doubts as (

    select * from {{ ref('int_charge_doubts_spread') }}

),

claims as (

    select * from {{ ref('int_charge_claims_broken') }}

),

differences as not materialized (

    select * from {{ ref('int_billing_adjustments_scheduled') }}

),

would_differ as (

    select
        doubts.claim,
        charges.*,
        charges.is_billable and charges.bill_on <= charges.as_of_date as is_due_tonight,
    from doubts
    inner join differences as charges on doubts.charge_id = charges.charge_id
    where
        charges.is_in_doubt
        and charges.computed_amount is distinct from charges.billed_amount
        and not charges.is_before_beginning
        and not charges.is_beyond_horizon

),

issued as (

    select
        documents.customer_id,
        documents.entity_id,
        documents.currency,
        documents.group_key,
        documents.price_basis,
        documents.bill_on,
        count(*) as document_count,
    from {{ ref('stg_ledger__documents') }} as documents
    semi join would_differ using (customer_id, entity_id, currency, group_key, price_basis, bill_on)
    group by all

),

placed as (

    select
        would_differ.claim,
        would_differ.customer_id,
        would_differ.contract_id,
        would_differ.charge_id,
        coalesce(issued.document_count, 0) as group_seq,
        if(
            would_differ.is_due_tonight,
            {{ make_id(['customer_id', 'entity_id', 'currency', 'group_key', 'price_basis', 'bill_on', 'group_seq']) }},
            ''
        ) as document_id,
        cast(coalesce(would_differ.computed_amount, 0) - would_differ.billed_amount as decimal(20, 4)) as amount,
        would_differ.currency,
    from would_differ
    left join issued using (customer_id, entity_id, currency, group_key, price_basis, bill_on)

),

{# What is named and would move nothing tonight. #}
unplaced as (

    select distinct
        claim,
        contract_id,
    from claims
    anti join placed using (claim, contract_id)

)

select * exclude (group_seq) from placed
union all by name
select
    unplaced.claim,
    contracts.user_customer_id as customer_id,
    unplaced.contract_id,
    '' as charge_id,
    '' as document_id,
    cast(0 as decimal(20, 4)) as amount,
    '' as currency,
from unplaced
left join {{ ref('int_contracts_resolved') }} as contracts on unplaced.contract_id = contracts.contract_id
