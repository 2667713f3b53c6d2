with

invoices as (

    select * from {{ ref('invoices') }}

),

customer_versions as (

    select * from {{ ref('customer_versions') }}

)

select
    invoices.document_id,
    invoices.document_number,
    invoices.customer_id,
    invoices.issued_at,
    customer_versions.name,
    customer_versions.postal_code,
    customer_versions.address,
    customer_versions.country,
    customer_versions.email,
    customer_versions.version_no as customer_version_no,
from invoices
inner join customer_versions
    on
        invoices.customer_id = customer_versions.customer_id
        and invoices.issued_at >= customer_versions.known_from
        and (invoices.issued_at < customer_versions.known_until or customer_versions.known_until is null)
where not invoices.is_opening
