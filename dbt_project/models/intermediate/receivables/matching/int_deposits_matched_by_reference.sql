with

deposits as (

    select * from {{ ref('int_deposits_resolved') }} where unapplied_amount > 0

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

referenced as (

    select * from {{ ref('int_deposit_references') }}

),

stronger as (

    {{ matches_of_rules(before='reference') }}

),

{# The numbers that the payer wrote are all open, and their sum is the money. #}
exact as (

    select
        deposits.payment_id,
        invoices.document_id,
        invoices.open_amount as amount,
        invoices.currency,
        deposits.value_on,
    from referenced
    inner join deposits on referenced.payment_id = deposits.payment_id
    inner join invoices
        on
            referenced.document_id = invoices.document_id
            and deposits.currency = invoices.currency
            and deposits.entity_id = invoices.entity_id
    where
        deposits.payment_id not in (select stronger.payment_id from stronger)
        and invoices.document_id not in (select stronger.document_id from stronger)
    qualify sum(invoices.open_amount) over (partition by deposits.payment_id) = deposits.unapplied_amount

),

{# Of two deposits for one invoice the earlier takes it. #}
ranked as (

    select
        *,
        row_number() over (partition by document_id order by value_on, payment_id) as turn,
    from exact

),

matched as (

    select
        payment_id,
        document_id,
        cast(amount as decimal(20, 4)) as amount,
        currency,
        'cash' as kind,
        'reference' as rule,
    from ranked
    qualify max(turn) over (partition by payment_id) = 1

)

select * from matched
