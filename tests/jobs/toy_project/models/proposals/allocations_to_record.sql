{# Each document is paid in full by a deposit of its own; one document a round, so that a night takes several. #}
select
    'A-' || documents.document_id as allocation_id,
    'P-' || documents.document_id as payment_id,
    documents.document_id,
    documents.total_amount as amount,
    documents.currency,
    'cash' as kind,
    'toy' as rule,
    1::decimal(3, 2) as confidence,
    '' as reason,
    documents.invoice_date as allocated_on,
    '' as reverses_allocation_id,
    '' as decision_id,
from {{ ref('stg_ledger__documents') }} as documents
where documents.document_id not in (select allocations.document_id
    from {{ ref('stg_ledger__allocations') }} as allocations)
order by documents.document_id
limit 1
