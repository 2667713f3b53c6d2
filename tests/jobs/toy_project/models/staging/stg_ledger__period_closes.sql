select * from read_parquet('ledger/*/period_closes.parquet')
where recorded_at <= (select known_until from {{ ref('stg_run__run') }})
