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

deposits as (

    select * from {{ ref('int_deposits_resolved') }}

),

rules as (

    select * from {{ ref('matching_rules') }}

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

{# Where the seed has no confidence, a match is as sure as it is who paid. #}
justified as (

    select
        united.*,
        coalesce(rules.confidence, rules_of_payer.confidence) as confidence,
        replace(rules.meaning_en, '{by}', coalesce(united.caused_by, '')) as reason,
    from united
    left join rules on united.rule = rules.rule
    left join deposits on united.payment_id = deposits.payment_id
    left join rules as rules_of_payer on coalesce(deposits.identified_by, 'decision') = rules_of_payer.identified_by

),

{# The ordinal lets a deposit pay an invoice again after its first payment was undone. #}
proposed as (

    select
        {{ make_id([
            'justified.payment_id', 'justified.document_id', 'justified.kind', 'justified.rule',
            'justified.decision_id',
            'justified.reverses_allocation_id', 'coalesce(recorded_counts.recorded_count, 0)',
        ]) }} as allocation_id,
        justified.payment_id,
        justified.document_id,
        justified.amount,
        justified.currency,
        justified.kind,
        justified.rule,
        cast(justified.confidence as decimal(3, 2)) as confidence,
        justified.reason,
        run.as_of_date as allocated_on,
        coalesce(justified.reverses_allocation_id, '') as reverses_allocation_id,
        coalesce(justified.decision_id, '') as decision_id,
    from justified
    cross join run
    left join recorded_counts
        on
            justified.payment_id = recorded_counts.payment_id
            and justified.document_id = recorded_counts.document_id
            and justified.kind = recorded_counts.kind

)

select * from proposed
