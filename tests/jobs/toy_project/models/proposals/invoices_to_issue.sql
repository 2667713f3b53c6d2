select
    charge_id as document_id,
    'INV-' || charge_id as document_number,
    'invoice' as document_type,
    'INV' as number_series,
    1 as number_seq,
    'main' as entity_id,
    customer_id,
    currency,
    charged_on as bill_on,
    '' as group_key,
    0 as group_seq,
    'exclusive' as price_basis,
    charged_on as invoice_date,
    charged_on as due_date,
    amount as net_amount,
    0::decimal(20, 4) as tax_amount,
    amount as total_amount,
    '' as content_hash,
    '' as voids_document_id,
    '{}' as snapshot,
from {{ ref('stg_crm__one_off_charges') }}
where charged_on <= (select as_of_date from {{ ref('stg_run__run') }})
and charge_id not in (select document_id from {{ ref('stg_ledger__documents') }})
