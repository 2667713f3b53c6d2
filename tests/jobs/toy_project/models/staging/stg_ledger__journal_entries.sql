select * from read_parquet('ledger/*/journal_entries.parquet')
where recorded_at <= (select known_until from {{ ref('stg_run__run') }})
