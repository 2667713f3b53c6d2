with

int_pricing_rules_adopted as (

    select * from {{ ref('int_pricing_rules_adopted') }}

)

select * from int_pricing_rules_adopted
