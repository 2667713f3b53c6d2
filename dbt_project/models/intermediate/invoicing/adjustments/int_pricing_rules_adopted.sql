with

int_billing_adjustments_scheduled as (

    select * from {{ ref('int_billing_adjustments_scheduled') }}

),

int_charges_held_by_rules as (

    select * from {{ ref('int_charges_held_by_rules') }}

),

int_invoice_lines_drafted as (

    select * from {{ ref('int_invoice_lines_drafted') }}

),

int_documents_judged as (

    select * from {{ ref('int_documents_judged') }}

),

stg_ledger__pricing_rules as (

    select * from {{ ref('stg_ledger__pricing_rules') }}

),

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

),

{# A ledger that says nothing was written under version 1. #}
newer_rules as (

    select rules_version, as_of_date as adopted_on
    from stg_run__run
    where rules_version > (select coalesce(max(adopted.rules_version), 1) from stg_ledger__pricing_rules as adopted)

),

{# Credits drawn stand on the document of the charge that they pay. #}
differing as (

    select charge_id, currency, difference
    from int_billing_adjustments_scheduled
    where reason = 'adjustment' and difference <> 0 and not is_void_pending and not is_voided_tonight

),

issued_tonight as (

    select distinct lines.charge_id
    from int_invoice_lines_drafted as lines
    inner join int_documents_judged as held on lines.document_id = held.document_id
    where held.hold_reason is null

),

{# What differs for the first time is held from tonight on; what differs no longer is held no longer. #}
moved as (

    select newer_rules.*, differing.*
    from differing
    cross join newer_rules
    anti join int_charges_held_by_rules as held on differing.charge_id = held.charge_id
    union all by name
    select held.*, '' as currency, cast(0 as decimal(20, 4)) as difference
    from int_charges_held_by_rules as held
    anti join differing on held.charge_id = differing.charge_id

),

to_adopt as (

    select rules_version, adopted_on, '' as charge_id, cast(0 as decimal(20, 4)) as difference, '' as currency
    from newer_rules
    union all by name
    {# What was approved in this very night is not held. #}
    select * from moved
    anti join issued_tonight on moved.charge_id = issued_tonight.charge_id

)

select * from to_adopt
