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

)

select * from payable
