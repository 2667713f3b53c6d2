with

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

dated as (

    select * from {{ ref('int_customers_dated') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

payment_terms as (

    select * from {{ ref('stg_catalog__payment_terms') }}

),

closing as (

    select
        contracts.contract_id,
        dated.valid_from,
        dated.valid_until,
        dated.payer_id,
        coalesce(payment_terms.payment_terms_id, entities.payment_terms_id) as payment_terms_id,
        case
            when payment_terms.payment_terms_id is null then entity_terms.closing_day
            else payment_terms.closing_day
        end as closing_day,
    from contracts
    inner join dated on contracts.user_customer_id = dated.customer_id
    inner join customers on dated.payer_id = customers.customer_id
    inner join entities on contracts.entity_id = entities.entity_id
    left join payment_terms on customers.payment_terms_id = payment_terms.payment_terms_id
    left join payment_terms as entity_terms on entities.payment_terms_id = entity_terms.payment_terms_id

)

select * from closing
