with

draft_invoices as (

    select * from {{ ref('draft_invoices') }}

),

int_approvals_wanted as (

    select * from {{ ref('int_approvals_wanted') }}

),

int_decisions_ordered as (

    select * from {{ ref('int_decisions_ordered') }}

),

invoices as (

    select * from {{ ref('invoices') }}

),

{# The last word about a draft as it stands. Nobody having answered is no word: it is asked again. A release ends a
   hold; the seller's own rule still asks. #}
last_decisions as (

    select
        drafts.document_id,
        max_by(decisions.kind, decisions.decision_no) as kind,
        max_by(decisions.decided_by, decisions.decision_no) as decided_by,
    from draft_invoices as drafts
    inner join int_decisions_ordered as decisions on drafts.document_id = decisions.document_id
    where
        decisions.kind in ('hold', 'release')
        or (decisions.kind = 'approve' and decisions.content_hash = drafts.content_hash)
    group by all

),

{# What a customer is used to: its last three documents of the same seller, currency and kind. #}
recent as (

    select
        customer_id,
        entity_id,
        currency,
        document_type,
        total_amount,
    from invoices
    qualify
        row_number() over (
            partition by customer_id, entity_id, currency, document_type
            order by invoice_date desc, document_number desc
        ) <= 3

),

usual as (

    select
        customer_id,
        entity_id,
        currency,
        document_type,
        max(abs(total_amount)) as largest_recent_amount,
    from recent
    group by all

),

asked as (

    select
        drafts.document_id,
        drafts.content_hash,
        drafts.document_type,
        drafts.entity_id,
        drafts.customer_id,
        drafts.currency,
        drafts.total_amount,
        drafts.hold_reason,
        usual.largest_recent_amount,
        wanted.approval_rule,
    from draft_invoices as drafts
    inner join int_approvals_wanted as wanted on drafts.document_id = wanted.document_id
    left join last_decisions as decisions on drafts.document_id = decisions.document_id
    left join usual
        on
            drafts.customer_id = usual.customer_id
            and drafts.entity_id = usual.entity_id
            and drafts.currency = usual.currency
            and drafts.document_type = usual.document_type
    where
        coalesce(drafts.hold_reason, 'approval_awaited') in ('approval_awaited', 'held_by_decision')
        and (
            decisions.kind is null
            or (decisions.kind = 'hold' and decisions.decided_by = 'unanswered')
            or (decisions.kind = 'release' and wanted.is_stated)
        )

)

select * from asked
