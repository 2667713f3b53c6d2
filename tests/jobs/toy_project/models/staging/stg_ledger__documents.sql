select * from read_parquet('ledger/*/documents.parquet')
where recorded_at <= (select known_until from {{ ref('stg_run__run') }})
