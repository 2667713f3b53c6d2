with

deposits as (

    select * from {{ ref('int_deposits_received') }}

),

referenced as (

    select * from {{ ref('int_deposit_references') }}

),

names as (

    select * from {{ ref('int_payer_names_resolved') }}

),

found as (

    select
        payment_id,
        min(customer_id) as customer_id,
        'reference' as identified_by,
        cast(0.98 as decimal(3, 2)) as confidence,
    from referenced
    group by payment_id
    having count(distinct customer_id) = 1
    union all
    select
        deposits.payment_id,
        names.customer_id,
        names.identified_by,
        names.confidence,
    from deposits
    inner join names on deposits.remitter_code = names.known_key
    where names.identified_by = 'remitter_code'
    union all
    select
        deposits.payment_id,
        names.customer_id,
        names.identified_by,
        names.confidence,
    from deposits
    inner join names on deposits.payer_key = names.known_key
    where names.identified_by in ('alias', 'name')

),

identified as (

    select *
    from found
    qualify row_number() over (partition by payment_id order by confidence desc, customer_id) = 1

)

select * from identified
