with

by_reversal as (

    select * from {{ ref('int_deposits_matched_by_reversal') }}

),

matched as (

    select * from {{ ref('int_deposits_matched') }}

),

credits as (

    select * from {{ ref('int_credits_applied') }}

),

recorded as (

    select * from {{ ref('stg_ledger__allocations') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

united as (

    select * from by_reversal
    union all by name
    select * from matched
    union all by name
    select * from credits

),

recorded_counts as (

    select
        payment_id,
        document_id,
        kind,
        count(*) as recorded_count,
    from recorded
    group by payment_id, document_id, kind

),

{# The ordinal lets a deposit pay an invoice again after its first payment was undone. #}
proposed as (

    select
        {{ make_id([
            'united.payment_id', 'united.document_id', 'united.kind', 'united.rule', 'united.decision_id',
            'united.reverses_allocation_id', 'coalesce(recorded_counts.recorded_count, 0)',
        ]) }} as allocation_id,
        united.payment_id,
        united.document_id,
        united.amount,
        united.currency,
        united.kind,
        united.rule,
        united.confidence,
        united.reason,
        run.as_of_date as allocated_on,
        coalesce(united.reverses_allocation_id, '') as reverses_allocation_id,
        coalesce(united.decision_id, '') as decision_id,
    from united
    cross join run
    left join recorded_counts
        on
            united.payment_id = recorded_counts.payment_id
            and united.document_id = recorded_counts.document_id
            and united.kind = recorded_counts.kind

)

select * from proposed
