select * from read_parquet('ledger/[0-9][0-9][0-9][0-9][0-9][0-9]/documents.parquet')
where recorded_at <= (select known_until from {{ ref('stg_run__run') }})
