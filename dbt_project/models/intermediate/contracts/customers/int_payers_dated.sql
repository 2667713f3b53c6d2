with

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

{# Terms that the catalog does not know are as if none were given: the seller's hold. #}
closing as (

    select
        dated.customer_id,
        dated.valid_from,
        dated.valid_until,
        dated.payer_id,
        coalesce(own_terms.payment_terms_id, entity_terms.payment_terms_id) as payment_terms_id,
        case
            when own_terms.payment_terms_id is not null then own_terms.closing_day
            else entity_terms.closing_day
        end as closing_day,
    from dated
    inner join customers on dated.payer_id = customers.customer_id
    left join entities on customers.entity_id = entities.entity_id
    left join payment_terms as own_terms on customers.payment_terms_id = own_terms.payment_terms_id
    left join payment_terms as entity_terms on entities.payment_terms_id = entity_terms.payment_terms_id

)

select * from closing
