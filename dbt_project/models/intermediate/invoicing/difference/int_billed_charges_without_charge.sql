with

int_charges_to_reconcile as (

    select * from {{ ref('int_charges_to_reconcile') }}

),

int_charges_priced as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

int_charge_claims_broken as (

    select * from {{ ref('int_charge_claims_broken') }}

),

int_charge_doubts_spread as (

    select * from {{ ref('int_charge_doubts_spread') }}

),

stg_ledger__document_lines as not materialized (

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
    semi join (from int_charges_to_reconcile where not is_in_facts) using (charge_id)
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

),

{# A key that was billed and stands no more, because what is in doubt stands in its place or says that it is not owed, is in doubt too:
   nothing is credited on such grounds. #}
in_doubt as (

    select vanished.charge_id
    from vanished
    inner join (from int_charges_priced semi join int_charge_doubts_spread using (charge_id)) as doubtful
        on
            vanished.contract_id = doubtful.contract_id
            and vanished.plan_id = doubtful.plan_id
            and vanished.fee_id = doubtful.fee_id
            and vanished.instance = doubtful.instance
            and vanished.period_from = doubtful.period_from
            and vanished.period_until = doubtful.period_until
    union
    select vanished.charge_id
    from vanished
    inner join int_charge_claims_broken as claims
        on
            vanished.contract_id = claims.contract_id
            and claims.plan_id in ('', vanished.plan_id)
            and claims.fee_id in ('', vanished.fee_id)
            and claims.charge_id in ('', vanished.charge_id)

)

select
    vanished.*,
    in_doubt.charge_id is not null as is_in_doubt,
from vanished
left join in_doubt on vanished.charge_id = in_doubt.charge_id
