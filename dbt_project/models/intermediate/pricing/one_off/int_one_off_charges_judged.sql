with

charges as (

    select * from {{ ref('stg_crm__one_off_charges') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

tax_codes as (

    select * from {{ ref('stg_catalog__tax_codes') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

{# A plan by itself, or one of its fees: what credits may be bought for. #}
creditable as (

    select plan_id, fee_id from fees
    union
    select plan_id, null from fees

),

standard_codes as (

    select * from {{ ref('int_tax_code_defaults_dated') }} where kind = 'standard'

),

numbered as (

    select
        *,
        md5(cast(to_json([
            customer_id, cast(charged_on as varchar), cast(amount as varchar), currency, contract_id, tax_code,
            department,
            cast(credit_amount as varchar), cast(credit_until as varchar), cast(credit_priority as varchar),
            credit_plan_id, credit_fee_id,
        ]) as varchar)) as content_hash,
        row_number() over (partition by charge_id order by received_at, file_name, line_no) as row_no,
    from charges

),

compared as (

    select
        *,
        first_value(content_hash) over (partition by charge_id order by row_no) as first_hash,
    from numbered

),

judged as (

    select
        compared.* exclude (contract_id, tax_code),
        coalesce(compared.contract_id, '') as contract_id,
        coalesce(compared.tax_code, standard_codes.tax_code) as fee_tax_code,
        coalesce(contracts.entity_id, customers.entity_id) as entity_id,
        customers.department as customer_department,
        contracts.department as contract_department,
        currencies.minor_digits,
        case
            when compared.row_no > 1 and compared.content_hash = compared.first_hash then 'repeated'
            when compared.row_no > 1 then 'conflicting_charge'
            when customers.customer_id is null then 'unknown_customer'
            when coalesce(compared.contract_id, '') <> '' and contracts.contract_id is null then 'unknown_contract'
            when compared.credit_amount is not null and contracts.contract_id is null then 'unknown_contract'
            when coalesce(contracts.entity_id, customers.entity_id) is null then 'unknown_entity'
            when compared.tax_code is not null and tax_codes.tax_code is null then 'unknown_tax_code'
            when currencies.currency is null then 'unknown_currency'
            when compared.credit_amount is not null and compared.currency <> contracts.currency then 'currency_differs'
            when
                compared.credit_amount <= 0 or compared.credit_until <= compared.charged_on
                or (compared.credit_amount is not null and compared.amount < 0)
                then 'value_out_of_range'
            when coalesce(compared.credit_plan_id, compared.credit_fee_id) is not null and creditable.plan_id is null
                then 'unknown_fee'
        end as refusal_reason,
    from compared
    left join standard_codes
        on compared.charged_on >= standard_codes.valid_from and compared.charged_on < standard_codes.valid_until
    left join customers on compared.customer_id = customers.customer_id
    left join contracts on compared.contract_id = contracts.contract_id
    left join tax_codes on compared.tax_code = tax_codes.tax_code
    left join currencies on compared.currency = currencies.currency
    left join creditable
        on
            compared.credit_plan_id = creditable.plan_id
            and compared.credit_fee_id is not distinct from creditable.fee_id

)

select * from judged
