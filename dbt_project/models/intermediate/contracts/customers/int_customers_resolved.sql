with

customers as (

    select * from {{ ref('stg_crm__customers') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

contracts as (

    select * from {{ ref('stg_crm__contracts') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

payment_terms as (

    select * from {{ ref('stg_catalog__payment_terms') }}

),

dunning_policies as (

    select * from {{ ref('stg_catalog__dunning_policies') }}

),

newest as (

    select *
    from customers
    qualify row_number() over (
        partition by customer_id
        order by coalesce(updated_at, received_at) desc, received_at desc, file_name desc, line_no desc
    ) = 1

),

{# Terms and policies that the catalog does not know are as if none were given: the seller's hold, and a border rule
   says so. A customer without an entity belongs to the only one, or to the one that sells the first contract it uses or
   pays for. #}
only_entity as (

    select if(count(*) = 1, any_value(entity_id), null) as entity_id from entities

),

sellers as (

    select
        buyers.customer_id,
        arg_min(plans.entity_id, (contracts.received_at, contracts.file_name, contracts.line_no)) as entity_id,
    from (
        select customer_id, customer_id as user_id from newest
        union
        select bill_to_customer_id, customer_id from newest where bill_to_customer_id is not null
    ) as buyers
    inner join contracts on buyers.user_id = contracts.customer_id
    inner join plans on contracts.plan_id = plans.plan_id
    group by buyers.customer_id

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
        newest.name_key,
        newest.email,
        newest.cc_emails,
        newest.email_problem,
        newest.cc_problem,
        newest.phone,
        newest.country,
        newest.postal_code,
        newest.address,
        case
            when newest.locale in ('ja', 'en') then newest.locale
            when newest.locale is not null then 'en'
            else coalesce(entities.only_language, if(coalesce(newest.country, 'JP') = 'JP', 'ja', 'en'))
        end as locale,
        coalesce(newest.time_zone, entities.time_zone) as time_zone,
        coalesce(payment_terms.payment_terms_id, entities.payment_terms_id) as payment_terms_id,
        coalesce(dunning_policies.policy_id, entities.dunning_policy_id) as dunning_policy_id,
        dunning_policies.policy_id as own_dunning_policy_id,
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
    cross join only_entity
    left join sellers on newest.customer_id = sellers.customer_id
    left join payment_terms on newest.payment_terms = payment_terms.payment_terms_id
    left join dunning_policies on newest.dunning_policy = dunning_policies.policy_id
    left join
        entities
        on coalesce(newest.entity_id, only_entity.entity_id, sellers.entity_id) = entities.entity_id

)

select * from defaults_filled
