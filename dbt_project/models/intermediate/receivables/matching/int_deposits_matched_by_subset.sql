with

found as (

    select * from {{ ref('int_invoice_combinations') }}

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

only_sums as (

    select *
    from found
    qualify count(*) over (partition by payment_id) = 1

),

members as (

    select
        payment_id,
        value_on,
        unnest(document_ids) as document_id,
    from only_sums

),

{# Of two deposits that want one invoice the earlier takes it; the other is looked at again in the next pass. #}
turns as (

    select
        *,
        row_number() over (partition by document_id order by value_on, payment_id) as turn,
    from members

),

first_in_turn as (

    select *
    from turns
    qualify max(turn) over (partition by payment_id) = 1

),

matched as (

    select
        first_in_turn.payment_id,
        first_in_turn.document_id,
        cast(invoices.open_amount as decimal(20, 4)) as amount,
        invoices.currency,
        'cash' as kind,
        'subset' as rule,
        cast(0.90 as decimal(3, 2)) as confidence,
        'payer known, the only combination of open invoices with this sum' as reason,
        '' as decision_id,
        '' as reverses_allocation_id,
    from first_in_turn
    inner join invoices on first_in_turn.document_id = invoices.document_id

)

select * from matched
