with

owed as (

    select * from {{ ref('int_charges_owed') }}

),

collected as (

    select * from {{ ref('int_charges_known') }}

),

rules as (

    select * from {{ ref('int_adjustment_rules_of_plans') }}

),

gathered as (

    select * from {{ ref('int_adjustment_rules_of_payers') }}

),

schedules as (

    select * from {{ ref('int_contract_billing_days') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

billed as (

    select * from owed
    where is_billed and fee_id <> 'credits'

),

first_days as (

    select
        customer_id,
        contract_id,
        min(bill_on) as first_bill_on,
    from collected
    semi join billed using (contract_id)
    where fee_id <> 'credits'
    group by customer_id, contract_id

),

{# The plan's word, then the seller's, then the length of the billing period. What a seller says of the next invoice is for what is
   billed each month or more often: that a difference waits for next year's bill, only the plan itself can say. So what has no such
   period of its own (a one-off charge, usage of a plan that was left) does not wait longer than a month either. #}
with_words as (

    select
        billed.charge_id,
        billed.customer_id,
        billed.contract_id,
        coalesce(
            rules.adjustments_of_plan,
            nullif(gathered.adjustments_of_seller, 'next_invoice'),
            if(
                coalesce(rules.is_longer_than_a_month, false) or schedules.next_bill_on > run.as_of_date + interval 1 month,
                'monthly', 'next_invoice'
            )
        ) as adjustments,
        gathered.gathered_on,
        schedules.next_bill_on,
        schedules.last_bill_on,
        schedules.served_until > run.night_ends_on as is_served_on,
    from billed
    cross join run
    left join rules on billed.plan_id = rules.plan_id and billed.fee_id = rules.fee_id
    left join gathered on billed.customer_id = gathered.customer_id and billed.entity_id = gathered.entity_id
    left join schedules on billed.contract_id = schedules.contract_id

),

{# "At once" is the contract's last day of billing, so that a held document keeps its key from night to night. Who is served no more
   waits for nothing. A contract cancelled from its first day has no such day: all of it is credited on one document, by its first
   charge's day. #}
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
