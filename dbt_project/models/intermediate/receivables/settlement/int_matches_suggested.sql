with

deposits as (

    select * from {{ ref('int_deposits_resolved') }} where unapplied_amount > 0

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

matched as (

    select * from {{ ref('int_deposits_matched') }}

),

recoveries as (

    select * from {{ ref('int_recoveries_suggested') }}

),

rules as (

    select * from {{ ref('matching_rules') }}

),

deposits_left as (

    select *
    from deposits
    where payment_id not in (select matched.payment_id from matched)

),

invoices_left as (

    select *
    from invoices
    where document_id not in (select matched.document_id from matched)

),

{# The seller's own invoices first; another seller's only where the payer owes nothing to whose account it is. #}
of_known_payers as (

    select
        deposits_left.payment_id,
        invoices_left.document_id,
        least(deposits_left.unapplied_amount, invoices_left.open_amount) as amount,
        if(
            deposits_left.entity_id = invoices_left.entity_id, 'oldest_invoices', 'oldest_invoices_of_another_seller'
        ) as rule,
        false as may_be_paid,
    from deposits_left
    inner join invoices_left
        on deposits_left.customer_id = invoices_left.customer_id and deposits_left.currency = invoices_left.currency
    qualify
        dense_rank() over (
            partition by deposits_left.payment_id order by deposits_left.entity_id <> invoices_left.entity_id
        ) = 1
        and row_number() over (
            partition by deposits_left.payment_id
            order by
                deposits_left.entity_id <> invoices_left.entity_id, invoices_left.due_date, invoices_left.document_id
        ) <= 5

),

{# Whose invoice it pays is unknown, but one of these it may be. #}
of_unknown_payers as (

    select
        deposits_left.payment_id,
        invoices_left.document_id,
        invoices_left.open_amount as amount,
        'equal_amount' as rule,
        deposits_left.value_on >= invoices_left.invoice_date as may_be_paid,
    from deposits_left
    inner join invoices_left
        on
            deposits_left.unapplied_amount = invoices_left.open_amount
            and deposits_left.currency = invoices_left.currency
    where deposits_left.customer_id is null
    qualify
        row_number() over (
            partition by deposits_left.payment_id
            order by
                deposits_left.entity_id <> invoices_left.entity_id, invoices_left.due_date, invoices_left.document_id
        ) <= 5

),

united as (

    select * from of_known_payers
    union all
    select * from recoveries
    union all
    select * from of_unknown_payers

),

suggested as (

    select
        united.payment_id,
        united.document_id,
        united.amount,
        united.may_be_paid,
        united.rule,
        cast(rules.confidence as decimal(3, 2)) as confidence,
        rules.meaning_en as reason,
        rules.meaning_ja,
    from united
    left join rules on united.rule = rules.rule

)

select * from suggested
