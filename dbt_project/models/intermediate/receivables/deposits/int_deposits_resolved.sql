with

received as (

    select * from {{ ref('int_deposits_judged') }} where is_received

),

referenced as (

    select * from {{ ref('int_deposit_references') }}

),

names as (

    select * from {{ ref('int_payer_names_resolved') }}

),

pairs as (

    select * from {{ ref('int_bank_reversals_paired') }}

),

allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

rules as (

    select * from {{ ref('matching_rules') }}

),

{# By a number that the payer wrote, by a code, by a name. #}
clues as (

    select
        payment_id,
        min(customer_id) as customer_id,
        'reference' as identified_by,
    from referenced
    group by payment_id
    having count(distinct customer_id) = 1
    union all
    select received.payment_id, names.customer_id, names.identified_by
    from received
    inner join names on received.remitter_code = names.known_key
    where names.identified_by = 'remitter_code'
    union all
    select received.payment_id, names.customer_id, names.identified_by
    from received
    inner join names on received.payer_key = names.known_key
    where names.identified_by in ('alias', 'name')

),

identified as (

    select
        clues.*,
        cast(rules.confidence as decimal(3, 2)) as confidence,
    from clues
    inner join rules on clues.identified_by = rules.identified_by
    qualify row_number() over (partition by clues.payment_id order by rules.priority, clues.customer_id) = 1

),

{# Only cash uses a deposit up: what the bank kept, was written off or credited never was in it. #}
used as (

    select
        allocations.payment_id,
        sum(allocations.amount) as applied_amount,
        max_by(documents.owed_by_customer_id, (allocations.amount, documents.document_id)) as customer_id,
    from allocations
    inner join documents on allocations.document_id = documents.document_id
    where allocations.kind = 'cash'
    group by allocations.payment_id

),

resolved as (

    select
        received.payment_id,
        received.source,
        received.account,
        received.entity_id,
        received.booked_on,
        received.value_on,
        cast(received.signed_amount as decimal(20, 4)) as amount,
        received.currency,
        received.is_reversal,
        undone.payment_id as reverses_payment_id,
        reversed.reversal_payment_id as reversed_by_payment_id,
        coalesce(used.customer_id, identified.customer_id, original.customer_id) as customer_id,
        coalesce(identified.identified_by, original.identified_by) as identified_by,
        coalesce(identified.confidence, original.confidence) as confidence,
        cast(coalesce(used.applied_amount, 0) as decimal(20, 4)) as applied_amount,
        cast(
            if(undone.payment_id is null and reversed.reversal_payment_id is null, received.signed_amount, 0)
            - coalesce(used.applied_amount, 0) as decimal(20, 4)
        ) as unapplied_amount,
        received.received_at,
        received.file_name,
        received.line_no,
    from received
    left join pairs as undone on received.payment_id = undone.reversal_payment_id
    left join pairs as reversed on received.payment_id = reversed.payment_id
    left join used on received.payment_id = used.payment_id
    left join identified on received.payment_id = identified.payment_id
    left join identified as original on undone.payment_id = original.payment_id

)

select * from resolved
