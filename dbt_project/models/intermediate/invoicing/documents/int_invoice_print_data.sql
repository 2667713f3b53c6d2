with

int_documents_drafted as (

    select * from {{ ref('int_documents_drafted') }}

),

int_invoice_due_dates as (

    select * from {{ ref('int_invoice_due_dates') }}

),

int_customers_resolved as (

    select * from {{ ref('int_customers_resolved') }}

),

stg_catalog__entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

stg_catalog__tax_codes as (

    select * from {{ ref('stg_catalog__tax_codes') }}

),

int_document_taxes as (

    select * from {{ ref('int_document_taxes') }}

),

{# Amounts travel as text: a JSON number would become a float on the way. #}
home_taxes as (

    select
        document_id,
        {
            'currency': any_value(home_currency),
            'exchange_rate': cast(any_value(exchange_rate) as varchar),
            'rate_source': any_value(rate_source),
            'rate_on': any_value(rate_on),
            'taxes': list({
                'tax_code': tax_code, 'tax_rate': cast(tax_rate as varchar),
                'tax_amount': cast(home_tax_amount as varchar)
            } order by tax_rate desc, tax_code)
        } as home_tax,
    from int_document_taxes
    where tax_amount <> 0 and home_currency is not null
    group by document_id
    having not bool_or(is_without_rate)

),

tax_kinds as (

    select json_group_object(tax_code, kind) as tax_kinds, from stg_catalog__tax_codes

),

{# The terms in words, as they stand on the paper. #}
terms as (

    select
        document_id,
        case
            when closing_day is null then concat('請求日から', coalesce(net_days, 0), '日以内')
            else concat(
                if(closing_day >= 31, '月末', concat(closing_day, '日')), '締め',
                case coalesce(month_offset, 0)
                    when 0 then '当月' when 1 then '翌月' when 2 then '翌々月' else concat(month_offset, 'か月後')
                end,
                if(coalesce(pay_day, 99) >= 31, '末', concat(pay_day, '日')), '払い'
            )
        end as terms_ja,
        case
            when closing_day is null then concat('Net ', coalesce(net_days, 0), ' days')
            else concat(
                'Closing on ', if(closing_day >= 31, 'the last day of the month', concat('day ', closing_day)),
                ', payment on ', if(coalesce(pay_day, 99) >= 31, 'the last day', concat('day ', pay_day)),
                case coalesce(month_offset, 0)
                    when 0 then ' of the same month' when 1 then ' of the next month' else
                        concat(', ', month_offset, ' months later')
                end
            )
        end as terms_en,
    from int_invoice_due_dates

),

taken as (

    select
        documents.document_id,
        cast(to_json({
            'buyer': {
                'customer_id': documents.customer_id, 'name': customers.name, 'postal_code': customers.postal_code,
                'address': customers.address, 'country': customers.country, 'locale': coalesce(customers.locale, 'ja'),
                'tax_registration_number': customers.tax_registration_number, 'email': customers.email
            },
            'seller': {
                'entity_id': documents.entity_id, 'name_ja': entities.name_ja, 'name_en': entities.name_en,
                'postal_code': entities.postal_code,
                'address_ja': entities.address_ja, 'address_en': entities.address_en,
                'registration_number': entities.registration_number, 'tel': entities.tel, 'email': entities.email,
                'contact_ja': entities.contact_ja, 'contact_en': entities.contact_en
            },
            'bank_accounts': try_cast(entities.bank_accounts as json),
            'notes': { 'ja': entities.notes_ja, 'en': entities.notes_en },
            'payment_terms': { 'ja': terms.terms_ja, 'en': terms.terms_en },
            'tax_kinds': tax_kinds.tax_kinds,
            'home_tax': home_taxes.home_tax,
            'purchase_order': if(
                customers.invoice_per = 'purchase_order' and documents.voids_document_id is null,
                regexp_replace(documents.group_key, '(\|credit)?(\|rules:[0-9]+)?$', ''),
                null
            ),
            'period_from': documents.period_from,
            'period_until': documents.period_until
        }) as varchar) as snapshot,
    from int_documents_drafted as documents
    inner join terms on documents.document_id = terms.document_id
    cross join tax_kinds
    left join home_taxes on documents.document_id = home_taxes.document_id
    left join int_customers_resolved as customers on documents.customer_id = customers.customer_id
    left join stg_catalog__entities as entities on documents.entity_id = entities.entity_id

)

select * from taken
