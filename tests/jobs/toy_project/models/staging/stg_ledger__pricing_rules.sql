select * from read_parquet('lake/pricing_rules/pricing_rules.parquet')
where recorded_at <= (select known_until from {{ ref('stg_run__run') }})
