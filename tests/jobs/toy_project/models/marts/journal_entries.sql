select account, side, amount, currency from {{ ref('stg_ledger__journal_entries') }}
