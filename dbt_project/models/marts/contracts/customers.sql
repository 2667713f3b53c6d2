with

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

customer_merges as (

    select * from {{ ref('int_customer_merges_followed') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

)

select
    customers.customer_id,
    name,
    name_kana,
    email,
    cc_emails,
    locale,
    country,
    postal_code,
    address,
    phone,
    time_zone,
    entity_id,
    payer_id as bill_to_customer_id,
    payment_terms_id as payment_terms,
    tax_status,
    tax_registration_number,
    remitter_code,
    fee_bearer,
    dunning_policy_id as dunning_policy,
    department,
    invoice_per,
    email_problem,
    cc_problem,
    updated_at,
    nullif(customer_merges.survivor_id, customers.customer_id) as merged_into_customer_id,
from customers
cross join run
left join customer_merges
    on
        customers.customer_id = customer_merges.customer_id
        and run.as_of_date >= customer_merges.valid_from
        and run.as_of_date < customer_merges.valid_until
