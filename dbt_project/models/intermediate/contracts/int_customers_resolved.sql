with

customers as (

    select * from {{ ref('stg_crm__customers') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

newest as (

    select *
    from customers
    qualify row_number() over (
        partition by customer_id
        order by coalesce(updated_at, received_at) desc, received_at desc, file_name desc, line_no desc
    ) = 1

),

{# A customer without an entity belongs to the first one by name; most companies have one. #}
first_entity as (

    select min(entity_id) as entity_id from entities

),

defaults_filled as (

    select
        newest.customer_id,
        coalesce(newest.bill_to_customer_id, newest.customer_id) as payer_id,
        newest.entity_id as own_entity_id,
        entities.entity_id,
        newest.name,
        newest.name_kana,
        newest.payer_key,
        newest.email,
        newest.cc_emails,
        newest.phone,
        newest.country,
        newest.postal_code,
        newest.address,
        coalesce(newest.locale, case when coalesce(newest.country, 'JP') = 'JP' then 'ja' else 'en' end) as locale,
        coalesce(newest.time_zone, entities.time_zone) as time_zone,
        coalesce(newest.payment_terms, entities.payment_terms_id) as payment_terms_id,
        coalesce(newest.dunning_policy, entities.dunning_policy_id) as dunning_policy_id,
        coalesce(newest.fee_bearer, 'customer') as fee_bearer,
        coalesce(newest.tax_status, 'taxable') as tax_status,
        newest.tax_registration_number,
        newest.remitter_code,
        coalesce(newest.invoice_per, 'customer') as invoice_per,
        newest.department,
        newest.updated_at,
        newest.file_name,
        newest.line_no,
        newest.received_at,
    from newest
    cross join first_entity
    left join entities on coalesce(newest.entity_id, first_entity.entity_id) = entities.entity_id

)

select * from defaults_filled
