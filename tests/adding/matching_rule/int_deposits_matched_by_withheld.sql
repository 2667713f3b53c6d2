with

deposits as (

    select * from {{ ref('int_deposits_resolved') }} where unapplied_amount > 0

),

invoices as (

    select * from {{ ref('int_open_invoices') }}

),

stronger as (

    {{ matches_of_rules(before='withheld') }}

),

{# The payer kept back the income tax that it has to withhold: 10.21 % of the invoice, cut to whole units. #}
fits as (

    select
        deposits.payment_id,
        deposits.value_on,
        deposits.unapplied_amount,
        deposits.currency,
        invoices.document_id,
    from deposits
    inner join invoices
        on
            deposits.customer_id = invoices.customer_id
            and deposits.entity_id = invoices.entity_id
            and deposits.currency = invoices.currency
            and deposits.unapplied_amount = invoices.open_amount - floor(invoices.open_amount * 0.1021)
    where
        deposits.payment_id not in (select stronger.payment_id from stronger)
        and invoices.document_id not in (select stronger.document_id from stronger)
    qualify count(*) over (partition by deposits.payment_id) = 1

),

{# Of two deposits for one invoice the earlier takes it. #}
matched as (

    select
        payment_id,
        document_id,
        cast(unapplied_amount as decimal(20, 4)) as amount,
        currency,
        'cash' as kind,
        'withheld' as rule,
    from fits
    qualify row_number() over (partition by document_id order by value_on, payment_id) = 1

)

select * from matched
