with recursive

deposits as (

    select * from {{ ref('int_deposits_resolved') }} where unapplied_amount > 0

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

stronger as (

    {{ matches_of_rules(before='subset') }}

),

{# At most five of the twelve oldest: more combinations would find sums by chance. #}
oldest as (

    select
        *,
        row_number() over (
            partition by customer_id, entity_id, currency order by due_date, invoice_date, document_id
        ) as place,
    from invoices
    where document_id not in (select stronger.document_id from stronger)
    qualify place <= 12

),

choices as (

    select
        deposits.payment_id,
        deposits.value_on,
        deposits.unapplied_amount,
        oldest.document_id,
        oldest.open_amount,
        oldest.currency,
        oldest.place,
    from deposits
    inner join oldest using (customer_id, entity_id, currency)
    where
        oldest.open_amount < deposits.unapplied_amount
        and deposits.payment_id not in (select stronger.payment_id from stronger)

),

sums as (

    select
        payment_id,
        place as last_place,
        [document_id] as document_ids,
        cast(unapplied_amount - open_amount as decimal(20, 4)) as left_amount,
    from choices
    union all
    select
        sums.payment_id,
        choices.place,
        list_append(sums.document_ids, choices.document_id),
        cast(sums.left_amount - choices.open_amount as decimal(20, 4)),
    from sums
    inner join choices on sums.payment_id = choices.payment_id and sums.last_place < choices.place
    where len(sums.document_ids) < 5 and choices.open_amount <= sums.left_amount

),

only_sums as (

    select *
    from sums
    where left_amount = 0
    qualify count(*) over (partition by payment_id) = 1

),

{# Of two deposits that want one invoice the earlier takes it; the other is looked at again in the next pass. #}
turns as (

    select
        choices.*,
        row_number() over (partition by choices.document_id order by choices.value_on, choices.payment_id) as turn,
    from only_sums
    inner join choices
        on
            only_sums.payment_id = choices.payment_id
            and list_contains(only_sums.document_ids, choices.document_id)

),

matched as (

    select
        payment_id,
        document_id,
        cast(open_amount as decimal(20, 4)) as amount,
        currency,
        'cash' as kind,
        'subset' as rule,
    from turns
    qualify max(turn) over (partition by payment_id) = 1

)

select * from matched
