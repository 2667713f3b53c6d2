with

deposits as (

    select * from {{ ref('stg_payments__deposits') }}

),

sources as (

    select * from {{ ref('stg_catalog__sources') }}

),

accounts as (

    select * from {{ ref('int_bank_accounts_by_seller') }}

),

used as (

    select distinct payment_id from {{ ref('stg_ledger__allocations') }}

),

{# What has paid something once stays a deposit of its own; of the others the first received is the one that counts. #}
movements as (

    select
        deposits.payment_id,
        deposits.source,
        coalesce(accounts.bank_account, deposits.account, '') as bank_account,
        coalesce(deposits.booked_on, deposits.value_on) as booked_on,
        deposits.amount,
        deposits.currency,
        deposits.direction,
        deposits.is_reversal,
        if(sources.is_bank_transaction_id_unique, nullif(deposits.bank_transaction_id, ''), null) as unique_id,
        nullif(deposits.payer_key, '') as payer_key,
        used.payment_id is not null as is_used,
        row_number() over (order by deposits.received_at, deposits.file_name, deposits.line_no) as place,
    from deposits
    left join sources on deposits.source = sources.source and sources.kind = 'payments'
    left join accounts on deposits.account = accounts.account
    left join used on deposits.payment_id = used.payment_id

),

{# Where the bank's id is unique, its other words say nothing: the same id on one day of an account is one movement. #}
told_by_id as (

    select
        *,
        first_value(payment_id) over same_id as repeats_payment_id,
        unique_id is not null and not is_used and repeats_payment_id <> payment_id as is_repeated,
    from movements
    window
        same_id as (
            partition by
                source, bank_account, booked_on, amount, currency, direction, is_reversal,
                coalesce(unique_id, payment_id)
            order by is_used desc, place
        )

),

{# The n-th equal movement of a payer is the same one in every source that speaks of the account. #}
numbered as (

    select
        * exclude (repeats_payment_id),
        row_number() over (
            partition by source, bank_account, booked_on, amount, currency, direction, is_reversal, payer_key
            order by place
        ) as turn,
    from told_by_id
    where bank_account <> '' and payer_key is not null and not is_repeated

),

told_elsewhere as (

    select
        payment_id,
        first_value(payment_id) over same_movement as repeats_payment_id,
        not is_used and first_value(source) over same_movement <> source as is_repeated,
    from numbered
    window
        same_movement as (
            partition by bank_account, booked_on, amount, currency, direction, is_reversal, payer_key, turn
            order by is_used desc, place
        )

),

repeated as (

    select
        payment_id,
        repeats_payment_id,
        'bank_transaction_id' as repeated_by,
    from told_by_id
    where is_repeated

    union all

    select
        payment_id,
        repeats_payment_id,
        'other_source',
    from told_elsewhere
    where is_repeated

)

select * from repeated
