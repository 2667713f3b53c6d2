with

documents as (

    select * from {{ ref('int_open_items') }}

),

decisions as (

    select * from {{ ref('int_payment_decisions_judged') }} where state = 'applied'

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# The last word of a person about an invoice holds, until its day is over. #}
last_words as (

    select
        document_id,
        kind,
        until,
    from decisions
    where kind in ('dispute', 'promise', 'hold', 'release', 'approve')
    qualify row_number() over (partition by document_id order by decision_no desc) = 1

),

aged as (

    select
        documents.document_id,
        documents.document_number,
        documents.entity_id,
        documents.customer_id,
        documents.issued_to_customer_id,
        documents.currency,
        documents.invoice_date,
        documents.due_date,
        documents.total_amount,
        documents.open_amount,
        run.as_of_date,
        run.night_ends_on,
        run.as_of_date - documents.due_date as days_past_due,
        case
            when coalesce(last_words.until < run.as_of_date, false) then null
            when last_words.kind = 'dispute' then 'disputed'
            when last_words.kind = 'promise' then 'promised'
            when last_words.kind = 'hold' then 'on_hold'
        end as set_aside_reason,
        coalesce(set_aside_reason in ('disputed', 'on_hold'), false) as is_contested,
    from documents
    cross join run
    left join last_words on documents.document_id = last_words.document_id
    where documents.document_type = 'invoice' and documents.open_amount > 0

)

select * from aged
