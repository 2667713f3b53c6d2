with

roles as (

    select * from {{ ref('posting_roles') }}

),

accounts as (

    select * from {{ ref('stg_catalog__accounts') }}

),

{# A role that the catalog does not name is posted to the account that the seed has for it. #}
named as (

    select
        coalesce(accounts.role, roles.role) as role,
        coalesce(accounts.account, roles.default_account) as account,
        accounts.role is null as is_default,
    from roles
    full join accounts on roles.role = accounts.role

)

select * from named
