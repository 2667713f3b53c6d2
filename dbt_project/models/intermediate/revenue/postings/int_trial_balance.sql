with

posted as (

    select * from {{ ref('stg_ledger__journal_entries') }}

),

differed as (

    select * from {{ ref('int_unposted_entries') }}

),

{# An account may stand for several roles: its balance is one all the same. #}
accounts as (

    select
        account,
        list(role order by role) as roles,
    from {{ ref('int_posting_accounts') }}
    group by account

),

months as (

    select * from {{ ref('int_months_to_close') }}

),

entities as (

    select distinct entity_id from months

),

united as (

    select
        entity_id,
        currency,
        account,
        case side when 'debit' then amount else -amount end as signed_amount,
    from posted
    union all
    select entity_id, currency, account, signed_amount from differed

),

{# What the books will say once tonight's entries are posted; only for entities with a month to close. #}
reached as (

    select
        united.entity_id,
        united.currency,
        united.account,
        accounts.roles,
        cast(sum(united.signed_amount) as decimal(20, 4)) as signed_amount,
    from united
    inner join entities on united.entity_id = entities.entity_id
    inner join accounts on united.account = accounts.account
    group by united.entity_id, united.currency, united.account, accounts.roles

)

select * from reached
