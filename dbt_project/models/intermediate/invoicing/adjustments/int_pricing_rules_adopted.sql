with

int_charges_moved_by_rules as (

    select * from {{ ref('int_charges_moved_by_rules') }}

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

adopted as (

    select coalesce(max(rules_version), 1) as rules_version from stg_ledger__pricing_rules

),

issued_tonight as (

    select distinct lines.charge_id
    from int_invoice_lines_drafted as lines
    inner join int_documents_judged as held on lines.document_id = held.document_id
    where held.hold_reason is null

),

to_adopt as (

    select
        run.rules_version,
        run.as_of_date as adopted_on,
        '' as charge_id,
        cast(0 as decimal(20, 4)) as difference,
        '' as currency,
    from stg_run__run as run
    cross join adopted
    where run.rules_version > adopted.rules_version
    union all
    {# What was approved in this very night is not held, and what differs no longer is held no longer. #}
    select
        moved.rules_version,
        moved.adopted_on,
        moved.charge_id,
        moved.difference,
        moved.currency,
    from int_charges_moved_by_rules as moved
    anti join issued_tonight on moved.charge_id = issued_tonight.charge_id
    where moved.is_new or moved.difference = 0

)

select * from to_adopt
