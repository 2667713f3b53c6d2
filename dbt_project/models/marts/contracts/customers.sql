with

customers as (

    select * from {{ ref('int_customers_resolved') }}

)

select
    customer_id,
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
    updated_at,
from customers
