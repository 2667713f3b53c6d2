with

deposits as (

    select * from {{ ref('int_deposits_resolved') }}

),

suggestions as (

    select * from {{ ref('int_matches_suggested') }}

),

suggested as (

    select distinct payment_id from suggestions

),

with_state as (

    select
        deposits.payment_id,
        deposits.source,
        deposits.booked_on as deposit_date,
        deposits.value_on as value_date,
        deposits.amount,
        deposits.currency,
        deposits.customer_id,
        deposits.applied_amount,
        deposits.unapplied_amount,
        case
            when deposits.reverses_payment_id is not null or deposits.reversed_by_payment_id is not null then 'reversed'
            when deposits.unapplied_amount = 0 then 'applied'
            when deposits.applied_amount > 0 then 'partly_applied'
            when suggested.payment_id is not null then 'suggested'
            else 'unapplied'
        end as state,
        deposits.identified_by,
        deposits.reverses_payment_id,
        deposits.reversed_by_payment_id,
        deposits.file_name,
        deposits.line_no,
    from deposits
    left join suggested on deposits.payment_id = suggested.payment_id

)

select * from with_state
