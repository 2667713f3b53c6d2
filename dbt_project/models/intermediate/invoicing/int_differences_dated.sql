with

int_charges_owed as (

    select * from {{ ref('int_charges_owed') }}

),

int_charges_collected as (

    select * from {{ ref('int_charges_collected') }}

),

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

),

{# Due-ness filters only keys never billed. What a void took back in full is billed anew, like a first bill. #}
compared as (

    select
        *,
        cast(owed_amount - billed_amount as decimal(20, 4)) as difference,
        case when not is_billed or (is_voided and billed_amount = 0) then 'charge' else 'adjustment' end as reason,
        is_due or is_billed as is_billable,
    from int_charges_owed
    where fee_id <> 'credits'

),

{# First bills that wait (held, or a night that was missed) keep their day; adjustments of the contract go with them. #}
first_bills as (

    select
        compared.customer_id,
        compared.contract_id,
        compared.currency,
        compared.group_key,
        compared.price_basis,
        min(compared.bill_on) as bill_on,
    from compared
    cross join stg_run__run as run
    where
        compared.reason = 'charge' and compared.difference <> 0 and compared.is_billable
        and compared.contract_id <> '' and compared.bill_on <= run.as_of_date
    group by all

),

first_days as (

    select
        customer_id,
        contract_id,
        min(bill_on) as first_bill_on,
    from int_charges_collected
    semi join (from compared where reason = 'adjustment') as adjusted using (contract_id)
    where fee_id <> 'credits'
    group by customer_id, contract_id

),

{# Where the seller wants it, less usage than billed becomes a credit note of its own and not a line below zero.
   "At once" is the contract's last day of billing, so that a held document keeps its key from night to night.
   A contract cancelled from its first day has no such day: all of it is credited on one document, by its first charge's day.
   What newer pricing rules move is a document of its own, of the day on which they were adopted. #}
dated as (

    select
        compared.* replace (
            case
                when compared.reason = 'charge' then compared.bill_on
                else coalesce(
                    moved.adopted_on,
                    first_bills.bill_on,
                    case when entities.adjustments is distinct from 'at_once' then schedules.next_bill_on end,
                    schedules.last_bill_on,
                    least(first_days.first_bill_on, run.as_of_date)
                )
            end as bill_on,
            case
                when compared.reason = 'adjustment' and compared.difference < 0 and compared.kind = 'usage' and entities.is_less_usage_credited
                    then compared.group_key || '|credit'
                else compared.group_key
            end || coalesce('|rules:' || moved.rules_version, '') as group_key
        ),
        missing.charge_id is not null as is_missing,
        compared.bill_on as own_bill_on,
        run.as_of_date,
    from compared
    cross join stg_run__run as run
    left join {{ ref('int_charges_missing') }} as missing on compared.charge_id = missing.charge_id
    left join {{ ref('stg_catalog__entities') }} as entities on compared.entity_id = entities.entity_id
    left join {{ ref('int_contracts_scheduled') }} as schedules on compared.contract_id = schedules.contract_id
    left join {{ ref('int_charges_moved_by_rules') }} as moved
        on compared.charge_id = moved.charge_id and compared.reason = 'adjustment'
    left join first_days
        on
            compared.customer_id is not distinct from first_days.customer_id
            and compared.contract_id is not distinct from first_days.contract_id
    left join first_bills
        on
            compared.customer_id = first_bills.customer_id
            and compared.contract_id = first_bills.contract_id
            and compared.currency = first_bills.currency
            and compared.group_key = first_bills.group_key
            and compared.price_basis = first_bills.price_basis

)

select * from dated
