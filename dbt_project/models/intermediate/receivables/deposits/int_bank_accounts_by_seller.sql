with

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

deposits as (

    select * from {{ ref('stg_payments__deposits') }}

),

{# Bank and branch are known by the codes in brackets: みなと銀行(0001), 虎ノ門支店(002). #}
listed as (

    select
        entity_id,
        number,
        concat_ws(
            '-',
            nullif(regexp_extract(bank, '[(（]([0-9]{4})[)）]', 1), ''),
            nullif(regexp_extract(branch, '[(（]([0-9]{3})[)）]', 1), ''),
            number
        ) as bank_account,
    from (
        select
            entity_id,
            unnest(
                from_json(
                    coalesce(bank_accounts, '[]'), '[{"bank": "VARCHAR", "branch": "VARCHAR", "number": "VARCHAR"}]'
                ),
                recursive := true
            ),
        from entities
    ) as accounts
    where number <> ''

),

{# What a bank's file or its profile may call an account: by number, alone or with bank and branch, or by owner. #}
named as (

    select entity_id, number as name, bank_account, number = bank_account as is_number_only from listed
    union
    select entity_id, bank_account, bank_account, false from listed
    union
    select entity_id, entity_id, entity_id, false from entities

),

told as (

    select distinct account
    from deposits
    where account <> ''

),

{# An account that two sellers have says nothing about whose the money is. #}
owned as (

    select
        told.account,
        if(count(distinct named.entity_id) = 1, any_value(named.entity_id), null) as entity_id,
        if(count(distinct named.bank_account) = 1, any_value(named.bank_account), told.account) as bank_account,
    from told
    left join named
        on
            told.account = named.name
            or (
                named.is_number_only
                and regexp_full_match(told.account, '[0-9]{4}-[0-9]{3}-[0-9]+')
                and split_part(told.account, '-', 3) = named.name
            )
    group by told.account

)

select * from owned
