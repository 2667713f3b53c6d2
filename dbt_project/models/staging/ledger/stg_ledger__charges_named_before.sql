{{ config(materialized='table') }}

with

source as (

    select * from {{ source('ledger', 'document_lines') }}

),

{# What is recorded tonight has the ids of today. #}
named as (

    select distinct
        charge_id,
        customer_id,
        contract_id,
        plan_id,
        fee_id,
        instance,
        period_from,
        period_until,
        currency,
        tax_code,
        tax_rate,
        price_basis,
    from source
    where
        recorded_at < (select known_until from {{ source('run', 'run') }})
        and regexp_matches(concat_ws('', customer_id, contract_id, instance), '[|\\]')
        and charge_id = {{ make_plain_id([
            'customer_id', 'contract_id', 'plan_id', 'fee_id', 'instance', 'period_from', 'period_until',
            'currency', 'tax_code', 'tax_rate', 'price_basis',
        ]) }}

)

select * from named
