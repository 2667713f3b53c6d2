with

decisions as (

    select * from {{ ref('int_decisions_ordered') }}
    where kind in ('apply', 'write_off', 'dispute', 'promise', 'hold', 'release', 'approve')

),

documents as (

    select * from {{ ref('int_open_items') }}

),

deposits as (

    select * from {{ ref('int_deposits_resolved') }}

),

done as (

    select distinct decision_id from {{ ref('stg_ledger__allocations') }}
    where decision_id <> ''

),

{# People name a document by its number or by its id. #}
fits as (

    select
        decisions.decision_id,
        documents.document_id,
    from decisions
    inner join documents on decisions.document_id = documents.document_id
    union
    select
        decisions.decision_id,
        documents.document_id,
    from decisions
    inner join documents on decisions.document_id = documents.document_number

),

named as (

    select
        decision_id,
        any_value(document_id) as document_id,
        count(*) as fit_count,
    from fits
    group by all

),

judged as (

    select
        decisions.decision_id,
        decisions.decision_no,
        decisions.kind,
        decisions.decided_by,
        decisions.amount,
        decisions.until,
        decisions.payment_id,
        if(named.fit_count = 1, named.document_id, null) as document_id,
        case
            when named.fit_count is null then 'refused_unknown'
            when named.fit_count > 1 then 'refused_ambiguous'
            when decisions.kind = 'apply' and deposits.payment_id is null then 'refused_unknown'
            when documents.document_type <> 'invoice' then 'refused_credit_note'
            when
                coalesce(nullif(decisions.currency, ''), documents.currency) <> documents.currency
                or (decisions.kind = 'apply' and deposits.currency <> documents.currency)
                then 'refused_currency'
            when decisions.kind in ('apply', 'write_off') and decisions.amount <= 0 then 'refused_amount'
            when decisions.kind not in ('apply', 'write_off') or done.decision_id is not null then 'applied'
            when documents.open_amount <= 0 or (decisions.kind = 'apply' and deposits.unapplied_amount <= 0)
                then 'refused_nothing_left'
            else 'applied'
        end as state,
        state = 'applied' and decisions.kind in ('apply', 'write_off') and done.decision_id is null as is_pending,
    from decisions
    left join named on decisions.decision_id = named.decision_id
    left join documents on named.document_id = documents.document_id
    left join deposits on decisions.payment_id = deposits.payment_id
    left join done on decisions.decision_id = done.decision_id

)

select * from judged
