with

months as (

    select * from {{ ref('int_months_to_close') }}

),

differed as (

    select * from {{ ref('int_unposted_entries') }}

),

by_account as (

    select
        entity_id,
        month,
        currency,
        account,
        sum(signed_amount) filter (where signed_amount > 0) as debit_amount,
        -sum(signed_amount) filter (where signed_amount < 0) as credit_amount,
    from differed
    group by entity_id, month, currency, account

),

totals as (

    select
        entity_id,
        month,
        to_json(list({
            'currency': currency,
            'account': account,
            'debit': cast(coalesce(debit_amount, 0) as varchar),
            'credit': cast(coalesce(credit_amount, 0) as varchar)
        } order by currency, account)) as totals,
    from by_account
    group by entity_id, month

),

{# What is in doubt at the close is in no entry of it: whose it is, by seller. #}
claims as (

    select
        coalesce(drafts.entity_id, charges.entity_id, contracts.entity_id) as entity_id,
        broken.*,
    from {{ ref('int_claims_broken') }} as broken
    left join {{ ref('int_documents_totalled') }} as drafts on broken.document_id = drafts.document_id
    left join {{ ref('charges') }} as charges on broken.charge_id = charges.charge_id
    left join {{ ref('int_contracts_resolved') }} as contracts on broken.contract_id = contracts.contract_id

),

in_doubt as (

    select
        entity_id,
        to_json(list({
            'claim': claim,
            'customer_id': customer_id,
            'contract_id': contract_id,
            'charge_id': charge_id,
            'document_id': document_id,
            'amount': cast(amount as varchar),
            'currency': currency
        } order by claim, customer_id, contract_id, document_id, charge_id)) as in_doubt,
    from claims
    group by entity_id

),

to_record as (

    select
        months.entity_id,
        months.month,
        months.as_of_date as closed_on,
        coalesce(cast(totals.totals as varchar), '[]') as totals,
        coalesce(cast(in_doubt.in_doubt as varchar), '[]') as in_doubt,
    from months
    left join in_doubt on months.entity_id = in_doubt.entity_id
    left join totals on months.entity_id = totals.entity_id and months.month = totals.month

)

select * from to_record
