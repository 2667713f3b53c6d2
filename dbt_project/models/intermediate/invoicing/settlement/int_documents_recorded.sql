with

documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

customer_merges as (

    select * from {{ ref('int_customer_merges_followed') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

openings as (

    select * from {{ ref('int_openings_judged') }}

),

{# What the paper says (snapshot) stays in the ledger alone: an erasure takes names out of every table. What a customer
   still owed, or had in hand, when the company moved in: open like a document of ours, but never billed, rendered or
   sent. #}
recorded as (

    select
        * exclude (snapshot),
        false as is_opening,
        invoice_date as posted_from,
    from documents

    union all by name

    select
        {{ make_plain_id(["'opening_document'", 'opening_id']) }} as document_id,
        opening_id as document_number,
        if(amount < 0, 'credit_note', 'invoice') as document_type,
        entity_id,
        customer_id,
        currency,
        first_day as bill_on,
        first_day as invoice_date,
        last_day as due_date,
        cast(amount - coalesce(tax_amount, 0) as decimal(20, 4)) as net_amount,
        cast(coalesce(tax_amount, 0) as decimal(20, 4)) as tax_amount,
        cast(amount as decimal(20, 4)) as total_amount,
        received_at as recorded_at,
        0 as commit_sequence,
        true as is_opening,
        starts_on as posted_from,
    from openings
    where source = 'opening_documents' and refusal_reason is null

),

{# The paper stays with whom it was issued to; who answers for it is whom that customer was merged into. #}
answered_for as (

    select
        recorded.*,
        coalesce(customer_merges.survivor_id, recorded.customer_id) as owed_by_customer_id,
    from recorded
    cross join run
    left join customer_merges
        on
            recorded.customer_id = customer_merges.customer_id
            and run.as_of_date >= customer_merges.valid_from
            and run.as_of_date < customer_merges.valid_until

)

select * from answered_for
