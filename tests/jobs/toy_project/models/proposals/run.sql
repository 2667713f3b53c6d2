select * from {{ ref('int_runs_described') }}
