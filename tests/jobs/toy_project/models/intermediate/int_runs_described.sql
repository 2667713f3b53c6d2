select * from {{ ref('stg_run__run') }}
