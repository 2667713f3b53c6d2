with

deposits as (

    select * from {{ ref('int_deposits_resolved') }}

),

allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

undone as (

    select distinct reverses_allocation_id as allocation_id
    from allocations
    where reverses_allocation_id <> ''

),

{# The bank took the money back: everything that the deposit had paid is open again. #}
matched as (

    select
        allocations.payment_id,
        allocations.document_id,
        cast(-allocations.amount as decimal(20, 4)) as amount,
        allocations.currency,
        allocations.kind,
        'reversal' as rule,
        deposits.reversed_by_payment_id as caused_by,
        allocations.allocation_id as reverses_allocation_id,
    from allocations
    inner join deposits on allocations.payment_id = deposits.payment_id
    left join undone on allocations.allocation_id = undone.allocation_id
    where
        deposits.reversed_by_payment_id is not null
        and coalesce(allocations.reverses_allocation_id, '') = ''
        and undone.allocation_id is null

)

select * from matched
