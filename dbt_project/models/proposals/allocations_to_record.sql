with

proposed as (

    select * from {{ ref('int_allocations_proposed') }}

)

select * from proposed
