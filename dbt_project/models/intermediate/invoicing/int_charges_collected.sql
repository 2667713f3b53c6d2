with

int_charges_priced as (

    select * from {{ ref('int_charges_priced') }}

),

int_charges_billed as (

    select * from {{ ref('int_charges_billed') }}

),

int_lines_standing as (

    select * from {{ ref('int_lines_standing') }}

),

stg_catalog__entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

),

{# A billed key that the facts no longer have, in the columns of a priced charge: it computes to nothing. #}
billed_only as (

    select
        lines.charge_id,
        lines.customer_id,
        lines.user_customer_id,
        lines.entity_id,
        lines.contract_id,
        lines.plan_id,
        lines.fee_id,
        lines.instance,
        lines.kind,
        lines.period_from,
        lines.period_until,
        lines.served_from,
        lines.served_until,
        lines.quantity,
        lines.unit_ja,
        lines.unit_en,
        lines.tax_code,
        lines.tax_rate,
        lines.price_basis,
        lines.currency,
        lines.product,
        lines.department,
        lines.description_ja,
        lines.description_en,
        lines.group_key,
        lines.bill_on,
        currencies.minor_digits,
        coalesce(entities.rounding, 'half_up') as rounding,
        cast(0 as decimal(38, 12)) as unrounded_amount,
        cast(0 as decimal(20, 4)) as computed_amount,
        true as is_due,
        entities.billing_starts_on,
        cast(run.as_of_date - to_months(coalesce(entities.rebill_horizon_months, 13)) as date) as rebill_from,
        false as is_in_facts,
    from int_charges_billed as billed
    anti join int_charges_priced as priced on billed.charge_id = priced.charge_id
    inner join int_lines_standing as lines on billed.newest_line_id = lines.line_id
    cross join stg_run__run as run
    left join currencies on lines.currency = currencies.currency
    left join stg_catalog__entities as entities on lines.entity_id = entities.entity_id

),

keys as (

    select
        *,
        true as is_in_facts,
    from int_charges_priced
    union all by name
    select * from billed_only

),

collected as (

    select
        keys.*,
        billed.charge_id is not null as is_billed,
        coalesce(billed.billed_amount, 0) as billed_amount,
        coalesce(billed.billed_net_amount, 0) as billed_net_amount,
        coalesce(billed.is_voided, false) as is_voided,
        billed.voided_on,
    from keys
    left join int_charges_billed as billed on keys.charge_id = billed.charge_id

)

select * from collected
