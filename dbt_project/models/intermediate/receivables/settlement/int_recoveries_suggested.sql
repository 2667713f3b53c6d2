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

settled as (

    select * from {{ ref('int_open_items') }}

),

{# What a decision of tonight closes is owed no longer. #}
owed as (

    select *
    from invoices
    where document_id not in (select matched.document_id from matched where matched.rule = 'decision')

),

{# Who owes the seller nothing else may be paying what was written off. #}
suggested as (

    select
        deposits.payment_id,
        settled.document_id,
        least(deposits.unapplied_amount, settled.written_off_amount) as amount,
        'recovery' as rule,
        false as may_be_paid,
    from deposits
    inner join settled
        on
            deposits.customer_id = settled.customer_id
            and deposits.entity_id = settled.entity_id
            and deposits.currency = settled.currency
    where
        settled.written_off_amount > 0
        and deposits.payment_id not in (select matched.payment_id from matched)
        and not exists (
            select 1 from owed
            where
                owed.customer_id = deposits.customer_id
                and owed.entity_id = deposits.entity_id
                and owed.currency = deposits.currency
        )
    qualify
        row_number() over (partition by deposits.payment_id order by settled.due_date, settled.document_id) <= 5

)

select * from suggested
