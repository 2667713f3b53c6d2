{{ config(materialized='view') }}

with

flat as (

    select * from {{ ref('int_price_components_by_flat') }}

),

per_unit as (

    select * from {{ ref('int_price_components_by_per_unit') }}

),

graduated as (

    select * from {{ ref('int_price_components_by_graduated') }}

),

volume as (

    select * from {{ ref('int_price_components_by_volume') }}

),

stairstep as (

    select * from {{ ref('int_price_components_by_stairstep') }}

),

package as (

    select * from {{ ref('int_price_components_by_package') }}

),

percentage as (

    select * from {{ ref('int_price_components_by_percentage') }}

),

matrix as (

    select * from {{ ref('int_price_components_by_matrix') }}

),

dynamic as (

    select * from {{ ref('int_price_components_by_dynamic') }}

),

united as (

    select * from flat
    union all
    select * from per_unit
    union all
    select * from graduated
    union all
    select * from volume
    union all
    select * from stairstep
    union all
    select * from package
    union all
    select * from percentage
    union all
    select * from matrix
    union all
    select * from dynamic

)

select * from united
