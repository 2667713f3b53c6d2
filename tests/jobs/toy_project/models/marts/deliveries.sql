select mail_key, phase, state from {{ ref('stg_ledger__sendings') }}
