with

matched as (

    {{ matches_of_rules() }}

)

select * from matched
