with

of_documents as (

    select * from {{ ref('int_document_postings_derived') }}

),

of_deposits as (

    select * from {{ ref('int_deposit_postings_derived') }}

),

of_allocations as (

    select * from {{ ref('int_allocation_postings_derived') }}

),

of_revenue as (

    select * from {{ ref('int_revenue_postings_derived') }}

),

accounts as (

    select * from {{ ref('stg_catalog__accounts') }}

),

united as (

    select * from of_documents
    union all
    select * from of_deposits
    union all
    select * from of_allocations
    union all
    select * from of_revenue

),

expected as (

    select
        united.*,
        accounts.account,
    from united
    left join accounts on united.role = accounts.role

)

select * from expected
