with

customers as (

    select * from {{ ref('stg_crm__customers') }}

),

{# A row holds from the moment it was received, if nothing known then is newer; of one moment the last. #}
compared as (

    select
        *,
        (coalesce(updated_at, received_at), received_at, file_name, line_no) as place,
        max(place) over (
            partition by customer_id
            order by received_at
            range between unbounded preceding and current row
        ) as newest_place,
    from customers

),

held as (

    select
        *,
        row_number() over in_order as version_no,
        lead(received_at) over in_order as known_until,
    from compared
    where place = newest_place
    window in_order as (partition by customer_id order by received_at)

)

select
    customer_id,
    cast(version_no as integer) as version_no,
    received_at as known_from,
    known_until,
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
    bill_to_customer_id,
    payment_terms,
    tax_status,
    tax_registration_number,
    remitter_code,
    fee_bearer,
    dunning_policy,
    department,
    invoice_per,
    effective_on,
    updated_at,
    file_name,
    line_no,
from held
