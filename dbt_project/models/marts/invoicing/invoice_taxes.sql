with

stg_ledger__document_taxes as (

    select * from {{ ref('stg_ledger__document_taxes') }}

),

taxes as (

    select
        document_id,
        tax_code,
        tax_rate,
        net_amount,
        tax_amount,
        currency,
    from stg_ledger__document_taxes

)

select * from taxes
