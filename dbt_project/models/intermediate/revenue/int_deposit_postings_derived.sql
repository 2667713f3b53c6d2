with

deposits as (

    select * from {{ ref('stg_payments__deposits') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

bank_accounts as (

    select
        entity_id,
        unnest(from_json(coalesce(bank_accounts, '[]'), '[{"number": "VARCHAR"}]')).number as account_number,
    from entities

),

{# Money belongs to the entity whose bank account received it; an account that nobody names, to the first entity. #}
received as (

    select
        deposits.payment_id,
        coalesce(deposits.booked_on, deposits.value_on) as booked_on,
        deposits.currency,
        case when deposits.is_reversal then -deposits.amount else deposits.amount end as signed_amount,
        coalesce(min(bank_accounts.entity_id), min(first_entity.entity_id)) as entity_id,
    from deposits
    cross join run
    cross join (select min(entities.entity_id) as entity_id from entities) as first_entity
    left join bank_accounts
        on bank_accounts.account_number != '' and contains(deposits.account, bank_accounts.account_number)
    where
        (deposits.direction = 'in' or deposits.is_reversal)
        and coalesce(deposits.booked_on, deposits.value_on) <= run.as_of_date
    group by all

),

derived as (

    select *, 'bank' as role, signed_amount as posted_amount from received
    union all
    select *, 'unapplied_receipts', -signed_amount from received

),

named as (

    select
        'deposit' as source_type,
        payment_id as source_id,
        entity_id,
        cast(date_trunc('month', booked_on) as date) as event_month,
        role,
        '' as product,
        '' as department,
        currency,
        cast(posted_amount as decimal(20, 4)) as signed_amount,
    from derived
    where posted_amount != 0

)

select * from named
