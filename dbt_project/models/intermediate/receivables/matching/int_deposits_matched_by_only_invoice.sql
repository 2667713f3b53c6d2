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

    {{ matches_of_rules(before='only_invoice') }}

),

{# A payer has one open invoice with the seller, and nothing speaks against it. #}
only_invoices as (

    select *
    from invoices
    where document_id not in (select stronger.document_id from stronger)
    qualify count(*) over (partition by customer_id, entity_id, currency) = 1 and not is_contested

),

{# Whose name or code the bank told, and who wrote no number of another document. A number alone, with an amount that
   does not fit it, says too little; money that came before the invoice was meant for something else. #}
deposits_left as (

    select
        deposits.payment_id,
        deposits.value_on,
        deposits.unapplied_amount,
        only_invoices.document_id,
        only_invoices.open_amount,
        only_invoices.currency,
        sum(deposits.unapplied_amount) over (
            partition by only_invoices.document_id
            order by deposits.value_on, deposits.payment_id
            rows between unbounded preceding and current row
        ) as reached_amount,
    from deposits
    inner join only_invoices
        on
            deposits.customer_id = only_invoices.customer_id
            and deposits.entity_id = only_invoices.entity_id
            and deposits.currency = only_invoices.currency
    where
        deposits.identified_by in ('remitter_code', 'alias', 'name')
        and deposits.value_on >= only_invoices.invoice_date
        and deposits.payment_id not in (select stronger.payment_id from stronger)
        and not exists (
            select 1 from referenced
            where referenced.payment_id = deposits.payment_id and referenced.document_id <> only_invoices.document_id
        )

),

{# Several deposits fill the invoice one after the other; what is over stays unapplied. #}
matched as (

    select
        payment_id,
        document_id,
        cast(
            least(reached_amount, open_amount) - least(reached_amount - unapplied_amount, open_amount) as decimal(20, 4)
        ) as amount,
        currency,
        'cash' as kind,
        'only_invoice' as rule,
    from deposits_left

)

select * from matched
where amount > 0
