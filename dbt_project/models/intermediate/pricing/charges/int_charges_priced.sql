with

fees as (

    select * from {{ ref('int_fee_charges_rated') }} where kind not in ('minimum', 'commitment', 'termination')

),

true_ups as (

    select * from {{ ref('int_true_ups') }}

),

one_off_charges as (

    select * from {{ ref('int_one_off_charges_priced') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

payers as (

    select * from {{ ref('int_customers_resolved') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# Each kind has the columns of a charge key and some of its own; the common ones are picked below. #}
charges as (

    select * from fees
    union all by name
    select * from true_ups
    union all by name
    select * from one_off_charges

),

priced as (

    select
        charges.charge_id,
        charges.customer_id,
        charges.user_customer_id,
        charges.entity_id,
        charges.contract_id,
        charges.plan_id,
        charges.fee_id,
        charges.instance,
        charges.kind,
        charges.period_from,
        charges.period_until,
        charges.served_from,
        charges.served_until,
        coalesce(charges.billing_period_served_from, charges.period_from) as billing_period_served_from,
        charges.currency,
        charges.minor_digits,
        charges.rounding,
        charges.tax_code,
        charges.tax_rate,
        charges.price_basis,
        charges.quantity,
        charges.unit_ja,
        charges.unit_en,
        charges.unrounded_amount,
        charges.computed_amount,
        charges.due_at,
        charges.due_at <= timezone(charges.entity_zone, cast(run.night_ends_on as timestamp)) as is_due,
        charges.bill_on,
        charges.product,
        charges.department,
        charges.description_ja,
        charges.description_en,
        case payers.invoice_per
            when 'contract' then charges.contract_id
            when 'purchase_order' then coalesce(contracts.purchase_order, '')
            else ''
        end as group_key,
        entities.billing_starts_on,
        cast(run.as_of_date - to_months(entities.rebill_horizon_months) as date) as rebill_from,
    from charges
    inner join entities on charges.entity_id = entities.entity_id
    left join payers on charges.customer_id = payers.customer_id
    left join contracts on charges.contract_id = contracts.contract_id
    cross join run

)

select * from priced
