with

posted as (

    select * from {{ ref('stg_ledger__journal_entries') }}

),

accounts as (

    select * from {{ ref('int_posting_accounts') }}

),

roles as (

    select
        account,
        string_agg(role, ', ' order by role) as role,
    from accounts
    group by account

),

named as (

    select
        posted.entry_id,
        posted.line_no,
        posted.entity_id,
        posted.month,
        posted.posted_on,
        posted.account,
        roles.role,
        posted.side,
        posted.amount,
        posted.currency,
        posted.source_type,
        posted.source_id,
        posted.product,
        posted.department,
    from posted
    left join roles on posted.account = roles.account

)

select * from named
