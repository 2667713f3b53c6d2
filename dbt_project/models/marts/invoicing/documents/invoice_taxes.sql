with

stg_ledger__document_taxes as (

    select * from {{ ref('stg_ledger__document_taxes') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

{# What the paper says in the currency of the seller's books, as it stands in the document's snapshot. #}
home_taxes as (

    select
        document_id,
        from_json(
            json_extract(snapshot, '$.home_tax'),
            '{"currency": "VARCHAR", "exchange_rate": "VARCHAR", "rate_source": "VARCHAR", "rate_on": "DATE",
              "taxes": [{"tax_code": "VARCHAR", "tax_rate": "VARCHAR", "tax_amount": "VARCHAR"}]}'
        ) as home_tax,
    from stg_ledger__documents
    where contains(snapshot, '"home_tax":{')

),

per_rate as (

    select
        document_id,
        struct_extract(home_tax, 'currency') as home_currency,
        cast(struct_extract(home_tax, 'exchange_rate') as decimal(38, 12)) as exchange_rate,
        struct_extract(home_tax, 'rate_source') as exchange_rate_source,
        struct_extract(home_tax, 'rate_on') as exchange_rate_on,
        unnest(struct_extract(home_tax, 'taxes'), recursive := true),
    from home_taxes

),

taxes as (

    select
        taxes.document_id,
        taxes.tax_code,
        taxes.tax_rate,
        taxes.net_amount,
        taxes.tax_amount,
        taxes.currency,
        per_rate.home_currency,
        cast(per_rate.tax_amount as decimal(20, 4)) as home_tax_amount,
        per_rate.exchange_rate,
        per_rate.exchange_rate_source,
        per_rate.exchange_rate_on,
    from stg_ledger__document_taxes as taxes
    left join per_rate
        on
            taxes.document_id = per_rate.document_id
            and taxes.tax_code = per_rate.tax_code
            and taxes.tax_rate = cast(per_rate.tax_rate as decimal(9, 6))

)

select * from taxes
