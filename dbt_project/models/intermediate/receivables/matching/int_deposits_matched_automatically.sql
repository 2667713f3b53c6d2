with

in_full as (

    select * from {{ ref('int_deposits_matched_in_full') }}

),

by_only_invoice as (

    select * from {{ ref('int_deposits_matched_by_only_invoice') }}

),

matched as (

    select * from in_full
    union all
    select * from by_only_invoice

)

select * from matched
