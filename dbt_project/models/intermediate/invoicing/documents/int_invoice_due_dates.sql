with

int_documents_drafted as (

    select * from {{ ref('int_documents_drafted') }}

),

int_customers_resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

stg_catalog__entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

stg_catalog__payment_terms as (

    select * from {{ ref('stg_catalog__payment_terms') }}

),

stg_catalog__closed_days as (

    select * from {{ ref('stg_catalog__closed_days') }}

),

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

),

{# What is billed on a closing day, and soon enough, bears its date; what is billed "at once", the day of issue. #}
issued as (

    select
        documents.document_id,
        documents.document_type,
        terms.* exclude (payment_terms_id),
        terms.payment_terms_id,
        case
            when
                documents.voids_document_id is null
                and terms.closing_day is not null
                and (documents.has_first_bill or documents.bill_on = run.as_of_date)
                and run.night_ends_on - documents.bill_on <= entities.closing_lag_days
                then documents.bill_on
            else run.night_ends_on
        end as invoice_date,
    from int_documents_drafted as documents
    cross join stg_run__run as run
    left join stg_catalog__entities as entities on documents.entity_id = entities.entity_id
    left join int_customers_resolved as customers on documents.customer_id = customers.customer_id
    left join stg_catalog__payment_terms as terms
        on coalesce(customers.payment_terms_id, entities.payment_terms_id) = terms.payment_terms_id

),

{# The closing that the date belongs to: this month's closing day, or next month's when the date is past it. #}
closed as (

    select
        *,
        least(closing_day, day(last_day(invoice_date))) as closing_day_of_month,
        cast(
            date_trunc('month', invoice_date) + to_months(
                if(day(invoice_date) > closing_day_of_month, 1, 0) + coalesce(month_offset, 0)
            ) as date
        ) as pay_month,
    from issued

),

payable as (

    select
        *,
        case
            when closing_day is not null
                then pay_month + cast(least(coalesce(pay_day, 99), day(last_day(pay_month))) as integer) - 1
            else invoice_date + coalesce(net_days, 0)
        end as payable_on,
    from closed

),

{# Three weeks reach over every run of closed days that a bank has. #}
open_days as (

    select
        documents.document_id,
        min(documents.payable_on + step.days) filter (where step.days >= 0) as next_open_day,
        max(documents.payable_on + step.days) filter (where step.days <= 0) as last_open_day,
    from payable as documents
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
    from payable as documents
    left join open_days on documents.document_id = open_days.document_id

)

select * from dated
