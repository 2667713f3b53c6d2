with

deposits as (

    select * from {{ ref('int_deposits_resolved') }}

),

decided as (

    select * from {{ ref('int_deposits_matched_by_decision') }}

),

awaited as (

    select *
    from deposits
    where unapplied_amount > 0 and payment_id not in (select decided.payment_id from decided)

)

select * from awaited
