-- Fails if an invoice has more put to it than it comes to, or a credit note gives more than it has: money would be
-- counted twice.
select
    document_number,
    total_amount,
    open_amount,
from {{ ref('int_open_items') }}
where (document_type = 'invoice' and open_amount < 0) or (document_type = 'credit_note' and open_amount > 0)
