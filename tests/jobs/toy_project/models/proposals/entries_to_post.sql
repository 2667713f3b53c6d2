select
    'E-' || documents.document_id as entry_id,
    1 as line_no,
    documents.entity_id,
    date_trunc('month', documents.invoice_date)::date as month,
    last_day(documents.invoice_date) as posted_on,
    '1150' as account,
    'debit' as side,
    documents.total_amount as amount,
    documents.currency,
    'document' as source_type,
    documents.document_id as source_id,
    '' as product,
    '' as department,
from {{ ref('stg_ledger__documents') }} as documents
where last_day(documents.invoice_date) <= (select as_of_date from {{ ref('stg_run__run') }})
and 'E-' || documents.document_id not in (select journal_entries.entry_id
    from {{ ref('stg_ledger__journal_entries') }} as journal_entries)
