with

of_documents as (

    select * from {{ ref('int_document_postings') }}

),

of_deposits as (

    select * from {{ ref('int_deposit_postings') }}

),

of_allocations as (

    select * from {{ ref('int_allocation_postings') }}

),

of_revenue as (

    select * from {{ ref('int_revenue_postings') }}

),

accounts as (

    select * from {{ ref('int_posting_accounts') }}

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
