with

int_billing_adjustments_scheduled as (

    select * from {{ ref('int_billing_adjustments_scheduled') }}

),

int_charges_held_by_rules as (

    select * from {{ ref('int_charges_held_by_rules') }}

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
    select * from moved

)

select * from to_adopt
