with

int_charges_priced as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

int_charge_claims_broken as (

    select * from {{ ref('int_charge_claims_broken') }}

),

int_charge_doubts_spread as (

    select * from {{ ref('int_charge_doubts_spread') }}

),

int_contracts_resolved as (

    select * from {{ ref('int_contracts_resolved') }}

),

int_fees_resolved as (

    select * from {{ ref('int_fees_resolved') }}

),

int_one_off_charges_judged as (

    select * from {{ ref('int_one_off_charges_judged') }} where refusal_reason is null

),

taken_back as (

    select * from {{ ref('stg_intake__withdrawn') }}

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
    anti join int_charges_priced using (charge_id)
    where reason <> 'void'
    qualify row_number() over (partition by charge_id order by commit_sequence desc, document_id desc, line_no desc) = 1

),

{# Contract and fee, or the one-off charge, are still there, or a person took back the file that told of them: it is the
   facts themselves that ask nothing for this key any more. #}
withdrawn as (

    select
        lines.charge_id,
        coalesce(contracts.entity_id, one_offs.entity_id) as entity_id,
        lines.served_until as bill_on,
    from newest_lines as lines
    left join int_contracts_resolved as contracts on lines.contract_id = contracts.contract_id
    left join int_fees_resolved as fees
        on
            lines.plan_id = fees.plan_id
            and lines.fee_id = fees.fee_id
            and lines.served_until > fees.first_version_from
    left join int_one_off_charges_judged as one_offs on lines.instance = one_offs.charge_id and lines.fee_id = 'one_off'
    where
        one_offs.charge_id is not null
        or (contracts.contract_id is not null and fees.fee_id is not null)
        or lines.contract_id in (select taken_back.contract_id from taken_back)
        or (lines.fee_id = 'one_off' and lines.instance in (select taken_back.charge_id from taken_back))

),

{# In the columns of a priced charge: it computes to nothing. #}
without_charge as (

    select
        lines.* exclude (
            line_id, document_id, line_no, original_line_id, line_amount, net_amount, tax_amount, pricing_trace, reason,
            commit_sequence, recorded_at
        ),
        coalesce(withdrawn.entity_id, documents.entity_id) as entity_id,
        regexp_replace(documents.group_key, '(\|credit)?(\|rules:[0-9]+)?$', '') as group_key,
        coalesce(withdrawn.bill_on, documents.bill_on) as bill_on,
        withdrawn.charge_id is not null as is_withdrawn,
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
    left join withdrawn on lines.charge_id = withdrawn.charge_id
    left join currencies on lines.currency = currencies.currency
    left join stg_catalog__entities as entities
        on coalesce(withdrawn.entity_id, documents.entity_id) = entities.entity_id

),

{# What is in doubt stands in the place of the key, or says that it is not owed: nothing is credited on such grounds. #}
in_doubt as (

    select gone.charge_id
    from without_charge as gone
    inner join (from int_charges_priced semi join int_charge_doubts_spread using (charge_id)) as doubtful
        on
            gone.contract_id = doubtful.contract_id
            and gone.plan_id = doubtful.plan_id
            and gone.fee_id = doubtful.fee_id
            and gone.instance = doubtful.instance
            and gone.period_from = doubtful.period_from
            and gone.period_until = doubtful.period_until
    union
    select gone.charge_id
    from without_charge as gone
    inner join int_charge_claims_broken as claims
        on
            gone.contract_id = claims.contract_id
            and claims.plan_id in ('', gone.plan_id)
            and claims.fee_id in ('', gone.fee_id)
            and claims.charge_id in ('', gone.charge_id)

)

select
    without_charge.*,
    in_doubt.charge_id is not null as is_in_doubt,
from without_charge
left join in_doubt on without_charge.charge_id = in_doubt.charge_id
