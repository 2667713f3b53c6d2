with

int_charges_owed as (

    select * from {{ ref('int_charges_owed') }}

),

int_adjustment_days as (

    select * from {{ ref('int_adjustment_days') }}

),

int_charges_held_before as (

    select * from {{ ref('int_charges_held_before') }}

),

int_charges_held_by_rules as (

    select * from {{ ref('int_charges_held_by_rules') }}

),

stg_ledger__pricing_rules as (

    select * from {{ ref('stg_ledger__pricing_rules') }}

),

stg_catalog__entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

stg_ledger__runs as (

    select * from {{ ref('stg_ledger__runs') }}

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

{# What a charge differs by in the night when newer pricing rules are adopted is theirs, until it is billed. #}
compared as (

    select
        owed.*,
        held.bill_on as held_bill_on,
        coalesce(moved.rules_version, newer_rules.rules_version) as rules_version,
        coalesce(moved.adopted_on, newer_rules.adopted_on) as adopted_on,
    from int_charges_owed as owed
    left join int_charges_held_before as held on owed.charge_id = held.charge_id
    left join int_charges_held_by_rules as moved on owed.charge_id = moved.charge_id and owed.reason = 'adjustment'
    left join newer_rules
        on
            owed.reason = 'adjustment' and owed.difference <> 0
            and not owed.is_void_pending and not owed.is_voided_tonight
    where owed.fee_id <> 'credits'

),

{# A night of an older version did not say what it held: then every first bill keeps its own day. #}
last_night as (

    select coalesce(arg_max(held_charges is not null, commit_sequence), true) as is_told
    from stg_ledger__runs

),

{# First bills of a contract that are due by tonight go on one document, that of the last of their days. What was held,
   what comes late for a document that was held, and what is billed anew after a void, keeps its own. In a forecast
   nothing is late. #}
first_bills as (

    select
        compared.customer_id,
        compared.contract_id,
        compared.currency,
        compared.group_key,
        compared.price_basis,
        max(compared.bill_on) filter (
            where
            not compared.is_billed and compared.held_bill_on is null and last_night.is_told and not run.is_forecast
        ) as gathered_on,
        coalesce(gathered_on, min(coalesce(compared.held_bill_on, compared.bill_on))) as bill_on,
        list(distinct compared.held_bill_on) as held_days,
    from compared
    cross join last_night
    cross join stg_run__run as run
    where
        compared.reason = 'charge' and compared.difference <> 0 and compared.is_billable
        and compared.contract_id <> '' and compared.bill_on <= run.as_of_date
    group by all

),

{# An adjustment that was held stays on its document; any other goes with a first bill that goes out, else on its own
   day. Where the seller wants it, less usage than billed becomes a credit note of its own and not a line below zero.
   What newer pricing rules move is a document of its own, of the day on which they were adopted. #}
dated as (

    select
        compared.* exclude (held_bill_on, adopted_on) replace (
            coalesce(compared.adopted_on, compared.held_bill_on, case
                when compared.reason = 'adjustment' then coalesce(first_bills.bill_on, adjustments.bill_on)
                when
                    compared.is_billed or not compared.is_billable or compared.bill_on > run.as_of_date
                    or list_contains(first_bills.held_days, compared.bill_on)
                    then compared.bill_on
                else coalesce(first_bills.gathered_on, compared.bill_on)
            end) as bill_on,
            case
                when
                    compared.reason = 'adjustment' and compared.difference < 0
                    and compared.kind = 'usage' and entities.is_less_usage_credited
                    then compared.group_key || '|credit'
                else compared.group_key
            end || coalesce('|rules:' || compared.rules_version, '') as group_key
        ),
        compared.bill_on as own_bill_on,
        run.as_of_date,
    from compared
    left join first_bills using (customer_id, contract_id, currency, group_key, price_basis)
    cross join stg_run__run as run
    left join stg_catalog__entities as entities on compared.entity_id = entities.entity_id
    left join int_adjustment_days as adjustments on compared.charge_id = adjustments.charge_id

)

select * from dated
