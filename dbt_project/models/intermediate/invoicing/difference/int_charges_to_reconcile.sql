with

int_charges_priced as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

int_charges_billed as not materialized (

    select * from {{ ref('int_charges_billed') }}

),

int_billed_charges_without_charge as (

    select * from {{ ref('int_billed_charges_without_charge') }}

),

int_charge_claims_broken as (

    select * from {{ ref('int_charge_claims_broken') }}

),

int_charge_doubts_spread as (

    select * from {{ ref('int_charge_doubts_spread') }}

),

int_charge_decisions_resolved as (

    select * from {{ ref('int_charge_decisions_resolved') }}

),

int_documents_named_by_decisions as (

    select * from {{ ref('int_documents_named_by_decisions') }}

),

stg_ledger__document_lines as not materialized (

    select * from {{ ref('stg_ledger__document_lines') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

{# A key that was billed and stands no more, because what is in doubt stands in its place or says that it is not owed, is in doubt too:
   nothing is credited on such grounds. #}
replaced as (

    select vanished.charge_id
    from int_billed_charges_without_charge as vanished
    inner join (from int_charges_priced semi join int_charge_doubts_spread using (charge_id)) as in_doubt
        on
            vanished.contract_id = in_doubt.contract_id
            and vanished.plan_id = in_doubt.plan_id
            and vanished.fee_id = in_doubt.fee_id
            and vanished.instance = in_doubt.instance
            and vanished.period_from = in_doubt.period_from
            and vanished.period_until = in_doubt.period_until
    union
    select vanished.charge_id
    from int_billed_charges_without_charge as vanished
    inner join int_charge_claims_broken as claims
        on
            vanished.contract_id = claims.contract_id
            and claims.plan_id in ('', vanished.plan_id)
            and claims.fee_id in ('', vanished.fee_id)
            and claims.charge_id in ('', vanished.charge_id)

),

{# What is in doubt, what people decided about, by itself or with its document, and what prepaid credits paid for is looked at although it
   agrees. #}
named as (

    select charge_id, true as is_in_doubt from int_charge_doubts_spread
    union all
    select charge_id, true from replaced
    union all
    select charge_id, false from int_charge_decisions_resolved where charge_id is not null
    union all
    select charge_id, false from stg_ledger__document_lines semi join int_documents_named_by_decisions using (document_id)
    union all
    select right(instance, 32), false from int_billed_charges_without_charge where fee_id = 'credits'

),

named_once as (

    select charge_id, bool_or(is_in_doubt) as is_in_doubt
    from named
    group by charge_id

),

voids as (

    select
        lines.charge_id,
        max(documents.invoice_date) as voided_on,
    from stg_ledger__document_lines as lines
    inner join stg_ledger__documents as documents on lines.document_id = documents.document_id
    where lines.reason = 'void'
    group by lines.charge_id

),

{# What computes to nothing and was never billed agrees too. #}
examined as (

    select
        coalesce(priced.charge_id, billed.charge_id) as charge_id,
        priced.charge_id is not null as is_in_facts,
        billed.charge_id is not null as is_billed,
        coalesce(billed.billed_amount, 0) as billed_amount,
        coalesce(billed.is_voided, false) as is_voided,
        voids.voided_on,
        coalesce(named.is_in_doubt, false) as is_in_doubt,
    from int_charges_priced as priced
    full outer join int_charges_billed as billed on priced.charge_id = billed.charge_id
    left join named_once as named on coalesce(priced.charge_id, billed.charge_id) = named.charge_id
    left join voids on coalesce(priced.charge_id, billed.charge_id) = voids.charge_id
    where
        named.charge_id is not null
        or not coalesce(
            if(
                billed.charge_id is null,
                priced.computed_amount = 0,
                priced.computed_amount <> 0 and priced.computed_amount = billed.billed_amount and not billed.is_voided
            ),
            false
        )

)

select * from examined
