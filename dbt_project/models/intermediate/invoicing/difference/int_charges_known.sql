{{ config(materialized='view') }}

with

int_charges_priced as (

    select * from {{ ref('int_charges_priced') }}

),

int_billed_charges_without_charge as (

    select * from {{ ref('int_billed_charges_without_charge') }}

),

collected as (

    select
        *,
        true as is_in_facts,
    from int_charges_priced
    union all by name
    select
        *,
        false as is_in_facts,
    from int_billed_charges_without_charge

)

select * from collected
