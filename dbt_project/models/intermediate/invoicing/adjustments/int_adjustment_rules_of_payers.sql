with

owed as (

    select * from {{ ref('int_charges_owed') }}

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

runs as (

    select * from {{ ref('stg_ledger__runs') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# The days since the night before; a closing day that no night saw is caught up by the next one. #}
nights as (

    select coalesce(max(runs.as_of_date) + 1, any_value(run.as_of_date)) as first_day,
    from run
    left join runs on run.as_of_date > runs.as_of_date

),

payers as (

    select distinct customer_id, entity_id,
    from owed
    where is_billed

),

gathered as (

    select
        payers.customer_id,
        payers.entity_id,
        entities.adjustments as adjustments_of_seller,
        coalesce(payment_terms.closing_day, 99) as closing_day,
        {{ first_closing_day('nights.first_day', 'coalesce(payment_terms.closing_day, 99)') }} as gathered_on,
    from payers
    cross join nights
    left join entities on payers.entity_id = entities.entity_id
    left join customers on payers.customer_id = customers.customer_id
    left join payment_terms
        on coalesce(customers.payment_terms_id, entities.payment_terms_id) = payment_terms.payment_terms_id

)

select * from gathered
