with

examined as (

    select * from {{ ref('int_charges_to_reconcile') }}

),

priced as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

vanished as (

    select * from {{ ref('int_billed_charges_without_charge') }}

),

rules as (

    select * from {{ ref('int_adjustment_rules_of_plans') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

payment_terms as (

    select * from {{ ref('stg_catalog__payment_terms') }}

),

schedules as (

    select * from {{ ref('int_contract_billing_days') }}

),

runs as (

    select * from {{ ref('stg_ledger__runs') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

charges as not materialized (

    select customer_id, entity_id, contract_id, plan_id, fee_id, charge_id, bill_on from priced
    union all
    select customer_id, entity_id, contract_id, plan_id, fee_id, charge_id, bill_on from vanished

),

billed as (

    select * from charges
    semi join (from examined where is_billed) as billed_before using (charge_id)
    where fee_id <> 'credits'

),

{# The days since the night before; a closing day that no night saw is caught up by the next one. #}
nights as (

    select coalesce(max(runs.as_of_date) + 1, any_value(run.as_of_date)) as first_day,
    from run
    left join runs on run.as_of_date > runs.as_of_date

),

first_days as (

    select
        customer_id,
        contract_id,
        min(bill_on) as first_bill_on,
    from charges
    semi join billed using (contract_id)
    where fee_id <> 'credits'
    group by customer_id, contract_id

),

{# The plan's word, then the seller's, then the length of the billing period. What a seller says of the next invoice is
   for what is billed each month or more often: that a difference waits for next year's bill, only the plan itself can
   say. So what has no such period (a one-off charge, usage of a plan that was left) waits no longer than a month. #}
with_words as (

    select
        billed.charge_id,
        billed.customer_id,
        billed.contract_id,
        coalesce(
            rules.adjustments_of_plan,
            nullif(entities.adjustments, 'next_invoice'),
            if(
                coalesce(rules.is_longer_than_a_month, false)
                or schedules.next_bill_on > run.as_of_date + interval 1 month,
                'monthly', 'next_invoice'
            )
        ) as adjustments,
        {{ first_closing_day('nights.first_day', 'coalesce(payment_terms.closing_day, 99)') }} as gathered_on,
        schedules.next_bill_on,
        schedules.last_bill_on,
        schedules.served_until > run.night_ends_on as is_served_on,
    from billed
    cross join run
    cross join nights
    left join rules on billed.plan_id = rules.plan_id and billed.fee_id = rules.fee_id
    left join entities on billed.entity_id = entities.entity_id
    left join customers on billed.customer_id = customers.customer_id
    left join payment_terms
        on coalesce(customers.payment_terms_id, entities.payment_terms_id) = payment_terms.payment_terms_id
    left join schedules on billed.contract_id = schedules.contract_id

),

{# "At once" is the contract's last day of billing, so that a held document keeps its key from night to night. Who is
   served no more waits for nothing. A contract cancelled from its first day has no such day: all of it is credited on
   one document, by its first charge's day. #}
scheduled as (

    select
        words.charge_id,
        words.adjustments,
        coalesce(
            case
                when words.adjustments = 'next_invoice' then words.next_bill_on
                when words.adjustments = 'monthly' and words.is_served_on then words.gathered_on
            end,
            words.last_bill_on,
            least(first_days.first_bill_on, run.as_of_date)
        ) as bill_on,
    from with_words as words
    cross join run
    left join first_days
        on
            words.customer_id is not distinct from first_days.customer_id
            and words.contract_id is not distinct from first_days.contract_id

)

select * from scheduled
