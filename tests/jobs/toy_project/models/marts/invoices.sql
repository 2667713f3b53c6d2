select document_id, document_number, customer_id, total_amount, currency from {{ ref('stg_ledger__documents') }}
