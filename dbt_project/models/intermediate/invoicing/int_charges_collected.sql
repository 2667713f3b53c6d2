{{ config(materialized='view') }}

with

int_charges_priced as (

    select * from {{ ref('int_charges_priced') }}

),

int_charges_vanished as (

    select * from {{ ref('int_charges_vanished') }}

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
    from int_charges_vanished

)

select * from collected
