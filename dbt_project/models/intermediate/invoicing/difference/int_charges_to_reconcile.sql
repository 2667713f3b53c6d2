with

int_charges_priced as not materialized (

    select * from {{ ref('int_charges_priced') }}

),

int_charges_billed as not materialized (

    select * from {{ ref('int_charges_billed') }}

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

{# What is in doubt, what people decided about, by itself or with its document, and what prepaid credits paid for is
   looked at although it agrees. #}
named as (

    select charge_id, true as is_in_doubt from int_charge_doubts_spread
    union all
    select charge_id, false from int_charge_decisions_resolved where charge_id is not null
    union all
    select charge_id, false from stg_ledger__document_lines
    semi join int_documents_named_by_decisions using (document_id)
    union all
    select right(instance, 32), false from stg_ledger__document_lines where fee_id = 'credits' and reason <> 'void'

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
