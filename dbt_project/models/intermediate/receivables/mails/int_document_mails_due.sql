with

documents as (

    select * from {{ ref('int_documents_recorded') }}

),

taxes as (

    select * from {{ ref('stg_ledger__document_taxes') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

sellers as (

    select * from {{ ref('int_sellers_presented') }}

),

{# Amounts travel as text: a JSON number would become a float on the way. #}
taxes_listed as (

    select
        document_id,
        list({
            'tax_code': tax_code,
            'tax_rate': cast(tax_rate as varchar),
            'net_amount': cast(net_amount as varchar),
            'tax_amount': cast(tax_amount as varchar)
        } order by tax_rate desc, tax_code) as taxes,
    from taxes
    group by document_id

),

{# Who answers for it gets it: of a merged customer, the one it was merged into. #}
due as (

    select
        {{ make_plain_id(['documents.document_type', 'documents.document_id']) }} as mail_key,
        documents.document_type as purpose,
        documents.document_type as template,
        customers.locale,
        customers.email as recipient,
        customers.cc_emails as cc,
        documents.document_id,
        documents.document_number,
        customers.customer_id,
        cast(null as varchar) as policy,
        cast(null as integer) as step,
        cast(null as varchar) as payment_method_id,
        cast(to_json({
            'customer_name': customers.name,
            'document_number': documents.document_number,
            'invoice_date': documents.invoice_date,
            'due_date': documents.due_date,
            'currency': documents.currency,
            'net_amount': cast(documents.net_amount as varchar),
            'tax_amount': cast(documents.tax_amount as varchar),
            'total_amount': cast(documents.total_amount as varchar),
            'taxes': taxes_listed.taxes,
            'seller': sellers.seller
        }) as varchar) as payload,
    from documents
    inner join customers on documents.owed_by_customer_id = customers.customer_id
    left join taxes_listed on documents.document_id = taxes_listed.document_id
    left join sellers on documents.entity_id = sellers.entity_id
    where customers.email <> '' and not documents.is_opening

)

select * from due
