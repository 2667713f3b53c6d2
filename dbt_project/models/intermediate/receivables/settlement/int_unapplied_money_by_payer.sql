with

deposits as (

    select * from {{ ref('int_deposits_resolved') }}

),

documents as (

    select * from {{ ref('int_open_items') }}

),

unused as (

    select
        customer_id,
        entity_id,
        currency,
        unapplied_amount as amount,
        unapplied_amount as deposit_amount,
    from deposits
    where customer_id is not null and unapplied_amount <> 0
    union all
    select
        customer_id,
        entity_id,
        currency,
        -open_amount,
        0,
    from documents
    where document_type = 'credit_note' and open_amount <> 0

),

summed as (

    select
        customer_id,
        entity_id,
        currency,
        cast(sum(amount) as decimal(20, 4)) as unused_amount,
        cast(sum(deposit_amount) as decimal(20, 4)) as deposit_amount,
    from unused
    group by customer_id, entity_id, currency

)

select * from summed
