with

documents as (

    select * from {{ ref('int_documents_drafted') }}

),

dated as (

    select * from {{ ref('int_invoice_due_dates') }}

),

lines as (

    select * from {{ ref('int_invoice_lines_drafted') }}

),

recorded as (

    select lines.line_id, documents.invoice_date,
    from {{ ref('stg_ledger__document_lines') }} as lines
    inner join {{ ref('stg_ledger__documents') }} as documents on lines.document_id = documents.document_id

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

exchange_rates as (

    select * from {{ ref('stg_crm__exchange_rates') }}

),

{# A seller who is registered for tax says it in the currency of its books too, once rates of the two are delivered. #}
foreign_documents as (

    select
        documents.document_id,
        documents.document_type,
        documents.currency,
        entities.currency as home_currency,
        currencies.minor_digits,
        entities.tax_rounding,
    from documents
    inner join entities on documents.entity_id = entities.entity_id
    inner join currencies on entities.currency = currencies.currency
    where
        documents.currency <> entities.currency
        and coalesce(entities.registration_number, '') <> ''
        and (documents.currency, entities.currency) in (select (currency, to_currency) from exchange_rates)

),

{# A credit note is converted at the rate of the day of what it returns, the oldest of them. #}
originals as (

    select
        lines.document_id,
        min(recorded.invoice_date) as invoice_date,
    from foreign_documents
    inner join lines on foreign_documents.document_id = lines.document_id
    inner join recorded on lines.original_line_id = recorded.line_id
    where foreign_documents.document_type = 'credit_note'
    group by lines.document_id

),

rate_days as (

    select
        foreign_documents.*,
        coalesce(originals.invoice_date, dated.invoice_date) as rate_day,
    from foreign_documents
    inner join dated on foreign_documents.document_id = dated.document_id
    left join originals on foreign_documents.document_id = originals.document_id

),

{# The rate of the day, or of the last one before it on which there was one; banks are closed for less than ten days. #}
chosen as (

    select
        rate_days.*,
        rates.rate as exchange_rate,
        rates.rate_source,
        rates.valid_on as rate_on,
    from rate_days
    left join exchange_rates as rates
        on
            rate_days.currency = rates.currency
            and rate_days.home_currency = rates.to_currency
            and rates.rate > 0
            and rates.valid_on between rate_days.rate_day - 10 and rate_days.rate_day
    qualify row_number() over (
        partition by rate_days.document_id
        order by rates.valid_on desc nulls last, rates.received_at desc, rates.file_name desc, rates.line_no desc
    ) = 1

)

select * from chosen
