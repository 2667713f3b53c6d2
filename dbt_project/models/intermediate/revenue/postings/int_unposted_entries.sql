with

expected as (

    select * from {{ ref('int_subledger_entries') }}

),

posted as (

    select * from {{ ref('stg_ledger__journal_entries') }}

),

months as (

    select * from {{ ref('int_months_to_close') }}

),

first_open as (

    select distinct
        entity_id,
        first_open_month,
    from months

),

{# A closed month is never written again: what is late for it, and what it has too much, goes to the first open one. #}
compared as (

    select
        expected.entity_id,
        expected.source_type,
        expected.source_id,
        expected.account,
        expected.product,
        expected.department,
        expected.currency,
        greatest(expected.event_month, first_open.first_open_month) as month,
        expected.signed_amount,
    from expected
    inner join first_open on expected.entity_id = first_open.entity_id
    union all
    select
        posted.entity_id,
        posted.source_type,
        posted.source_id,
        posted.account,
        coalesce(posted.product, ''),
        coalesce(posted.department, ''),
        posted.currency,
        first_open.first_open_month,
        case posted.side when 'debit' then -posted.amount else posted.amount end,
    from posted
    inner join first_open on posted.entity_id = first_open.entity_id

),

differed as (

    select
        compared.entity_id,
        compared.month,
        compared.source_type,
        compared.source_id,
        compared.account,
        compared.product,
        compared.department,
        compared.currency,
        cast(sum(compared.signed_amount) as decimal(20, 4)) as signed_amount,
    from compared
    inner join months on compared.entity_id = months.entity_id and compared.month = months.month
    group by all
    having sum(compared.signed_amount) <> 0

)

select * from differed
