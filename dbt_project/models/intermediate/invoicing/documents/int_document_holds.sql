with

int_documents_drafted as (

    select * from {{ ref('int_documents_drafted') }}

),

int_document_contents as (

    select * from {{ ref('int_document_contents') }}

),

int_invoice_lines_taxed as (

    select * from {{ ref('int_invoice_lines_taxed') }}

),

stg_catalog__entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

broken_feeds as (

    select * from {{ ref('int_contracts_of_broken_feeds') }}

),

hold_reasons as (

    select * from {{ ref('hold_reasons') }}

),

above_limit as (

    select documents.document_id
    from int_documents_drafted as documents
    inner join stg_catalog__entities as entities on documents.entity_id = entities.entity_id
    inner join {{ ref('currencies') }} as currencies on entities.currency = currencies.currency
    where {{ is_above_limit('documents.adjusted_amount', 'correction_limit') }}

),

reasons as (

    select distinct
        lines.document_id,
        'pricing_rule_changed' as hold_reason,
    from int_invoice_lines_taxed as lines
    inner join {{ ref('int_billing_adjustments_scheduled') }} as charges on lines.charge_id = charges.charge_id
    where lines.reason = 'adjustment' and charges.rules_version is not null
    union all
    select document_id, 'above_correction_limit' from above_limit
    union all
    select document_id, if(reason = 'out_of_range', 'amount_out_of_range', 'usage_without_a_price')
    from {{ ref('int_documents_with_unpriced_charges') }}
    union all
    select distinct document_id, 'usage_feed_is_broken' from int_invoice_lines_taxed
    where reason <> 'void' and contract_id in (select feeds.contract_id from broken_feeds as feeds)
    union all
    select distinct document_id, 'no_exchange_rate' from {{ ref('int_document_taxes') }}
    where is_without_rate
    union all
    select document_id, 'approval_awaited' from {{ ref('int_approvals_wanted') }}
    where is_stated

),

decisions as (

    select
        contents.document_id,
        max(decisions.decision_no) filter (where decisions.kind = 'hold') as held_no,
        max(decisions.decision_no) filter (where decisions.kind = 'release') as released_no,
        max(decisions.decision_no) filter (
            where decisions.kind = 'approve' and decisions.content_hash = contents.content_hash
        ) as approved_no,
    from int_document_contents as contents
    inner join {{ ref('int_decisions_ordered') }} as decisions on contents.document_id = decisions.document_id
    where decisions.kind in ('hold', 'release', 'approve')
    group by all

),

holds as (

    select
        documents.document_id,
        reasons.hold_reason,
    from int_documents_drafted as documents
    inner join reasons on documents.document_id = reasons.document_id
    union all
    select document_id, 'held_by_decision' from decisions
    where held_no > greatest(coalesce(released_no, 0), coalesce(approved_no, 0))

),

{# A person's hold ends by a decision after it, everything else by an approval of what the document says now. #}
unreleased as (

    select
        holds.document_id,
        holds.hold_reason,
        hold_reasons.priority,
    from holds
    inner join hold_reasons on holds.hold_reason = hold_reasons.hold_reason
    left join decisions on holds.document_id = decisions.document_id
    where hold_reasons.is_released_by <> 'approval' or decisions.approved_no is null

)

select * from unreleased
