with

of_documents as (

    select * from {{ ref('int_document_postings') }}

),

of_cash as (

    select * from {{ ref('int_cash_postings') }}

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
    select * from of_cash
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
