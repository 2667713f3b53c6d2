with

int_charges_billed as (

    select * from {{ ref('int_charges_billed') }}

),

int_charges_priced as (

    select * from {{ ref('int_charges_priced') }}

),

stg_ledger__document_lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

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

{# The newest line that is not a void says who the key belongs to. #}
newest_lines as (

    select *
    from stg_ledger__document_lines
    semi join (from int_charges_billed anti join int_charges_priced using (charge_id)) using (charge_id)
    where reason <> 'void'
    qualify row_number() over (partition by charge_id order by commit_sequence desc, document_id desc, line_no desc) = 1

),

{# In the columns of a priced charge: it computes to nothing. #}
vanished as (

    select
        lines.charge_id,
        lines.customer_id,
        lines.user_customer_id,
        documents.entity_id,
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
        regexp_replace(documents.group_key, '\|rules:[0-9]+$', '') as group_key,
        documents.bill_on,
        currencies.minor_digits,
        entities.rounding,
        cast(0 as decimal(38, 12)) as unrounded_amount,
        cast(0 as decimal(20, 4)) as computed_amount,
        true as is_due,
        entities.billing_starts_on,
        cast(run.as_of_date - to_months(entities.rebill_horizon_months) as date) as rebill_from,
    from newest_lines as lines
    inner join stg_ledger__documents as documents on lines.document_id = documents.document_id
    cross join stg_run__run as run
    left join currencies on lines.currency = currencies.currency
    left join stg_catalog__entities as entities on documents.entity_id = entities.entity_id

)

select * from vanished
