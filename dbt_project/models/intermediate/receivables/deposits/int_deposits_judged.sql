with

deposits as (

    select * from {{ ref('stg_payments__deposits') }}

),

sources as (

    select * from {{ ref('stg_catalog__sources') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

accounts as (

    select * from {{ ref('int_bank_accounts_by_seller') }}

),

repeated as (

    select * from {{ ref('int_deposits_repeated') }}

),

allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

only_entity as (

    select if(count(*) = 1, any_value(entity_id), null) as entity_id from entities

),

{# What was put to a seller's invoice is in that seller's books, whatever the account was called then. #}
used as (

    select
        allocations.payment_id,
        arg_min(documents.entity_id, (allocations.allocated_on, allocations.allocation_id)) as entity_id,
    from allocations
    inner join documents on allocations.document_id = documents.document_id
    where allocations.kind = 'cash'
    group by allocations.payment_id

),

owned as (

    select
        deposits.* exclude (booked_on, value_on),
        coalesce(deposits.booked_on, deposits.value_on) as booked_on,
        coalesce(deposits.value_on, deposits.booked_on) as value_on,
        coalesce(accounts.entity_id, sources.entity_id, only_entity.entity_id, used.entity_id) as entity_id,
        repeated.repeats_payment_id,
        repeated.repeated_by,
    from deposits
    cross join only_entity
    left join accounts on deposits.account = accounts.account
    left join sources on deposits.source = sources.source and sources.kind = 'payments'
    left join used on deposits.payment_id = used.payment_id
    left join repeated on deposits.payment_id = repeated.payment_id

),

judged as (

    select
        *,
        if(is_reversal, -amount, amount) as signed_amount,
        case
            when repeats_payment_id is not null then 'repeated'
            when entity_id is null then 'unknown_account'
        end as refusal_reason,
    from owned

),

{# A bank day that is not over yet has not happened. #}
counted as (

    select
        judged.*,
        coalesce(
            judged.refusal_reason is null
            and (judged.direction = 'in' or judged.is_reversal)
            and judged.booked_on <= run.as_of_date,
            false
        ) as is_received,
    from judged
    cross join run

)

select * from counted
