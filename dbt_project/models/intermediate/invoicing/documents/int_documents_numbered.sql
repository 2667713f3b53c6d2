with

int_documents_totalled as (

    select * from {{ ref('int_documents_totalled') }}

),

int_document_holds as (

    select * from {{ ref('int_document_holds') }}

),

int_claims_broken as (

    select * from {{ ref('int_claims_broken') }}

),

stg_catalog__entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

first_holds as (

    select
        document_id,
        min_by(hold_reason, priority) as hold_reason,
    from int_document_holds
    group by document_id

),

{# What is in doubt waits, whatever a person has decided about it: only a mend releases it. #}
judged as (

    select
        documents.*,
        if(in_doubt.document_id is null, holds.hold_reason, 'in_doubt') as hold_reason,
    from int_documents_totalled as documents
    left join first_holds as holds on documents.document_id = holds.document_id
    left join (select distinct document_id from int_claims_broken) as in_doubt
        on documents.document_id = in_doubt.document_id

),

patterns as (

    select
        documents.document_id,
        documents.customer_id,
        documents.entity_id,
        documents.document_type,
        strftime(documents.invoice_date, '%Y') as year,
        if(
            documents.document_type = 'credit_note',
            entities.credit_note_number_pattern,
            entities.invoice_number_pattern
        ) as pattern,
    from judged as documents
    left join stg_catalog__entities as entities on documents.entity_id = entities.entity_id
    where documents.hold_reason is null

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
        judged.document_id,
        judged.hold_reason,
        counted.number_series,
        counted.number_seq,
        regexp_replace(
            counted.pattern, '\{seq(:\d+)?\}',
            lpad(counted.digits, cast(greatest(counted.width, length(counted.digits)) as integer), '0')
        ) as document_number,
    from judged
    left join counted on judged.document_id = counted.document_id

)

select * from numbered
