with

int_decisions_ordered as (

    select * from {{ ref('int_decisions_ordered') }}

),

stg_ledger__documents as not materialized (

    select * from {{ ref('stg_ledger__documents') }}

),

decisions as (

    select
        decision_id,
        document_id as name,
    from int_decisions_ordered
    where kind in ('void', 'release') and coalesce(document_id, '') <> ''

),

{# People may name a document by its number or by its id. #}
fits as (

    select
        decisions.decision_id,
        documents.document_id,
    from decisions
    inner join stg_ledger__documents as documents on decisions.name = documents.document_id
    union
    select
        decisions.decision_id,
        documents.document_id,
    from decisions
    inner join stg_ledger__documents as documents on decisions.name = documents.document_number

),

named as (

    select
        decision_id,
        min(document_id) as document_id,
        count(*) as fit_count,
    from fits
    group by all

)

select * from named
