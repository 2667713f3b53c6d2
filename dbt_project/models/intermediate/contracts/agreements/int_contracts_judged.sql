with

versions as (

    select * from {{ ref('int_contract_versions_judged') }}

),

deliveries as (

    select * from {{ ref('stg_crm__customers') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

{# A contract's zone and seller are those of its customer when it was signed: later rows of the customer move no day. #}
signings as (

    select
        contract_id,
        arg_max(customer_id, row_no) filter (where is_admitted) as customer_id,
        min(received_at) as first_received_at,
    from versions
    group by contract_id

),

known_at_signing as (

    select
        signings.contract_id,
        customers.time_zone,
        customers.entity_id,
    from signings
    inner join deliveries as customers on signings.customer_id = customers.customer_id
    qualify row_number() over (
        partition by signings.contract_id
        order by
            customers.received_at <= signings.first_received_at desc,
            case when customers.received_at <= signings.first_received_at then customers.received_at end desc,
            customers.received_at,
            customers.file_name desc,
            customers.line_no desc
    ) = 1

),

newest as (

    select *
    from versions
    where is_admitted
    qualify row_number() over (partition by contract_id order by row_no desc) = 1

),

defaults_filled as (

    select
        newest.*,
        coalesce(newest.time_zone, known_at_signing.time_zone, entities.time_zone) as zone,
        coalesce(newest.currency, plans.currency, entities.currency) as billing_currency,
        plans.currencies as plan_currencies,
        plans.plan_id as known_plan_id,
        customers.customer_id as known_customer_id,
        customers.department as customer_department,
        entities.entity_id,
        entities.time_zone as entity_zone,
        coalesce(plans.anchor, 'contract') as anchor,
        coalesce(newest.trial_days, plans.trial_days, 0) as days_of_trial,
        coalesce(newest.trial_until, newest.service_from + days_of_trial) as first_charged_on,
    from newest
    left join customers on newest.customer_id = customers.customer_id
    left join known_at_signing on newest.contract_id = known_at_signing.contract_id
    left join plans on newest.plan_id = plans.plan_id
    left join
        entities
        on coalesce(known_at_signing.entity_id, plans.entity_id, customers.entity_id) = entities.entity_id

),

judged as (

    select
        defaults_filled.*,
        case
            when known_customer_id is null then 'unknown_customer'
            when known_plan_id is null then 'unknown_plan'
            when entity_id is null then 'unknown_entity'
            when zone not in (select name from pg_timezone_names()) then 'unknown_time_zone'
            when currencies.currency is null then 'unknown_currency'
            when not contains(plan_currencies, billing_currency) then 'currency_differs'
            when ends_on < service_from then 'ends_before_service'
            when billing_anchor_day not between 1 and 31 then 'no_such_day'
            when least(quantity, trial_days, minimum_months, notice_days) < 0 then 'below_zero'
            when first_charged_on < service_from then 'trial_before_service'
            when term_months < 1 or uplift_percent <= -100 then 'value_out_of_range'
            when coalesce(renewal_price, cast(notice_days as varchar)) is not null and term_months is null
                then 'no_term'
            when (renewal_price is not distinct from 'uplift') <> (uplift_percent is not null) then 'uplift_unclear'
        end as refusal_reason,
    from defaults_filled
    left join currencies on defaults_filled.billing_currency = currencies.currency

)

select * from judged
