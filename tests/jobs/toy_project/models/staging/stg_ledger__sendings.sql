select mail_key, phase, state from read_parquet('lake/sending/sending.parquet')
