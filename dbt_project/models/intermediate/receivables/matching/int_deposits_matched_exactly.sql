with

by_reference as (

    select * from {{ ref('int_deposits_matched_by_reference') }}

),

by_amount as (

    select * from {{ ref('int_deposits_matched_by_amount') }}

),

matched as (

    select * from by_reference
    union all
    select * from by_amount

)

select * from matched
