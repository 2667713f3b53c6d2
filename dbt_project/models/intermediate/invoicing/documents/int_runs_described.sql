with

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

)

select * from stg_run__run
