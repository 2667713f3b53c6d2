select * from read_parquet('lake/run/run.parquet')
