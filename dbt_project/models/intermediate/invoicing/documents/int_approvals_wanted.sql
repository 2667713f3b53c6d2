with

int_documents_drafted as (

    select * from {{ ref('int_documents_drafted') }}

),

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

stg_catalog__entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

totals as (

    select
        document_id,
        sum(net_amount + tax_amount) as total_amount,
    from int_invoice_lines_taxed
    group by document_id

),

{# Where the catalog says nothing, a scheduler asks before the seller's first documents; a shell has a person before
   it, who need not be asked. #}
rules as (

    select
        documents.document_id,
        coalesce(entities.approval, 'first') as approval_rule,
        entities.approval is not null as is_stated,
        case approval_rule
            when 'always' then true
            when 'first' then documents.entity_id not in (select issued.entity_id from stg_ledger__documents as issued)
            when 'above' then {{ is_above_limit('abs(totals.total_amount)', 'approval_limit') }}
            else false
        end as is_wanted,
    from int_documents_drafted as documents
    inner join totals on documents.document_id = totals.document_id
    inner join stg_catalog__entities as entities on documents.entity_id = entities.entity_id
    inner join currencies on entities.currency = currencies.currency

),

wanted as (

    select
        document_id,
        approval_rule,
        is_stated,
    from rules
    where is_wanted

)

select * from wanted
