with

int_documents_drafted as (

    select * from {{ ref('int_documents_drafted') }}

),

int_invoice_due_dates as (

    select * from {{ ref('int_invoice_due_dates') }}

),

int_documents_judged as (

    select * from {{ ref('int_documents_judged') }}

),

stg_catalog__entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

patterns as (

    select
        documents.document_id,
        documents.customer_id,
        documents.entity_id,
        documents.document_type,
        strftime(dated.invoice_date, '%Y') as year,
        if(
            documents.document_type = 'credit_note',
            entities.credit_note_number_pattern,
            entities.invoice_number_pattern
        ) as pattern,
    from int_documents_drafted as documents
    inner join int_invoice_due_dates as dated on documents.document_id = dated.document_id
    inner join int_documents_judged as judged on documents.document_id = judged.document_id
    left join stg_catalog__entities as entities on documents.entity_id = entities.entity_id
    where judged.hold_reason is null

),

{# A series is an entity, a type and a year; numbers that do not say their year run on through the years. #}
serial as (

    select
        document_id,
        customer_id,
        concat_ws('|', entity_id, document_type, if(contains(pattern, '{yyyy}'), year, '')) as number_series,
        replace(pattern, '{yyyy}', year) as pattern,
    from patterns

),

last_numbers as (

    select
        number_series,
        max(number_seq) as last_seq,
    from stg_ledger__documents
    group by all

),

counted as (

    select
        serial.*,
        cast(
            coalesce(last_numbers.last_seq, 0)
            + row_number()
                over (partition by serial.number_series order by serial.customer_id, serial.document_id)
            as integer
        ) as number_seq,
        cast(number_seq as varchar) as digits,
        coalesce(try_cast(regexp_extract(serial.pattern, '\{seq:(\d+)\}', 1) as integer), 1) as width,
    from serial
    left join last_numbers on serial.number_series = last_numbers.number_series

),

numbered as (

    select
        document_id,
        number_series,
        number_seq,
        regexp_replace(pattern, '\{seq(:\d+)?\}', lpad(digits, cast(greatest(width, length(digits)) as integer), '0'))
            as document_number,
    from counted

)

select * from numbered
