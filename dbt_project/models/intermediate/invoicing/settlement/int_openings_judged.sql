with

opening_documents as (

    select * from {{ ref('stg_crm__opening_documents') }}

),

opening_deferrals as (

    select * from {{ ref('stg_crm__opening_deferrals') }}

),

documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

customers as (

    select * from {{ ref('int_customers_resolved') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

plans as (

    select * from {{ ref('stg_catalog__plans') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

accounts as (

    select * from {{ ref('stg_catalog__accounts') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

stated as (

    select
        'opening_documents' as source, document_number as opening_id,
        invoice_date as first_day,
        due_date as last_day,
        *,
    from opening_documents
    union all by name
    select
        'opening_deferrals' as source, deferral_id as opening_id,
        period_from as first_day,
        period_until as last_day,
        *,
    from opening_deferrals

),

numbered as (

    select
        *,
        md5(cast(to_json([
            customer_id, cast(first_day as varchar), cast(last_day as varchar), cast(amount as varchar), currency
        ]) as varchar)) as content_hash,
        row_number() over (partition by source, opening_id order by received_at, file_name, line_no) as row_no,
        first_value(content_hash)
            over (partition by source, opening_id order by received_at, file_name, line_no) as first_hash,
    from stated

),

judged as (

    select
        numbered.* replace (coalesce(numbered.contract_id, '') as contract_id, entities.entity_id as entity_id),
        coalesce(numbered.product, plans.product) as product_sold,
        coalesce(numbered.department, contracts.department, plans.department, customers.department) as department_of,
        currencies.minor_digits,
        greatest(numbered.first_day, entities.billing_starts_on) as starts_on,
        case
            when numbered.row_no > 1
                then if(numbered.content_hash = numbered.first_hash, 'repeated', 'conflicting_opening')
            when customers.customer_id is null then 'unknown_customer'
            when entities.entity_id is null then 'unknown_entity'
            when numbered.contract_id is not null and contracts.contract_id is null then 'unknown_contract'
            when numbered.plan_id is not null and plans.plan_id is null then 'unknown_plan'
            when currencies.currency is null then 'unknown_currency'
            when not exists (from accounts where accounts.role = 'opening_balance') then 'opening_account_missing'
            when
                numbered.last_day < numbered.first_day
                or (numbered.source = 'opening_deferrals' and numbered.last_day <= starts_on)
                or numbered.amount <> {{ round_amount('numbered.amount', 'currencies.minor_digits', "'half_up'") }}
                then 'opening_out_of_range'
            when
                numbered.source = 'opening_documents'
                and exists (
                    from documents
                    where document_number = numbered.opening_id and recorded_at <= numbered.received_at
                )
                then 'document_number_taken'
        end as refusal_reason,
    from numbered
    left join customers on numbered.customer_id = customers.customer_id
    left join contracts on numbered.contract_id = contracts.contract_id
    left join plans on coalesce(numbered.plan_id, contracts.plan_id) = plans.plan_id
    left join entities on coalesce(numbered.entity_id, contracts.entity_id, customers.entity_id) = entities.entity_id
    left join currencies on numbered.currency = currencies.currency

)

select * from judged
