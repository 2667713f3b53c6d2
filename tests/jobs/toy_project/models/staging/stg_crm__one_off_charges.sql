select * from read_parquet('lake/crm/one_off_charges/*.parquet')
where received_at <= (select known_until from {{ ref('stg_run__run') }})
