select * exclude (commit_sequence, recorded_at) from {{ ref('stg_ledger__allocations') }} where false
