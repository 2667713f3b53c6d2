with

int_invoice_dates as (

    select * from {{ ref('int_invoice_dates') }}

),

stg_catalog__closed_days as (

    select * from {{ ref('stg_catalog__closed_days') }}

),

{# Three weeks reach over every run of closed days that a bank has. #}
open_days as (

    select
        documents.document_id,
        min(documents.payable_on + step.days) filter (where step.days >= 0) as next_open_day,
        max(documents.payable_on + step.days) filter (where step.days <= 0) as last_open_day,
    from int_invoice_dates as documents
    cross join (select cast(unnest(range(-21, 22)) as integer) as days) as step
    anti join stg_catalog__closed_days as closed_days
        on
            documents.calendar_id = closed_days.calendar_id
            and documents.payable_on + step.days = closed_days.closed_on
    group by all

),

dated as (

    select
        documents.document_id,
        documents.invoice_date,
        documents.payment_terms_id,
        documents.closing_day,
        documents.month_offset,
        documents.pay_day,
        documents.net_days,
        case
            when documents.document_type = 'credit_note' then documents.invoice_date
            when documents.roll = 'next' then coalesce(open_days.next_open_day, documents.payable_on)
            when documents.roll = 'prev' then coalesce(open_days.last_open_day, documents.payable_on)
            else documents.payable_on
        end as due_date,
    from int_invoice_dates as documents
    left join open_days on documents.document_id = open_days.document_id

)

select * from dated
