{{ config(materialized='view') }}

with

computed as (

    select * from {{ ref('int_fee_charges_rated') }}

),

true_ups as (

    select * from {{ ref('int_true_ups') }}

),

one_off_charges as (

    select * from {{ ref('int_one_off_charges_priced') }}

),

withdrawn as (

    select * from {{ ref('int_charges_withdrawn') }}

),

{# Each kind has the columns of a charge key and some of its own; the next model picks the common ones. #}
united as (

    select * from computed where kind not in ('minimum', 'commitment', 'termination')
    union all by name
    select * from true_ups
    union all by name
    select * from one_off_charges
    union all by name
    select * from withdrawn

)

select * from united
