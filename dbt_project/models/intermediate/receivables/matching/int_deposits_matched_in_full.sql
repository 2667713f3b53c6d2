with

exactly as (

    select * from {{ ref('int_deposits_matched_exactly') }}

),

by_total as (

    select * from {{ ref('int_deposits_matched_by_total') }}

),

by_subset as (

    select * from {{ ref('int_deposits_matched_by_subset') }}

),

by_fee as (

    select * from {{ ref('int_deposits_matched_by_fee') }}

),

matched as (

    select * from exactly
    union all
    select * from by_total
    union all
    select * from by_subset
    union all
    select * from by_fee

)

select * from matched
