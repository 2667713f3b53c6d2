with

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

purchases as (

    select * from {{ ref('int_one_off_charges_priced') }}

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

promised as (

    select
        concat('grant:', changes.change_id) as block_id,
        changes.contract_id,
        contracts.currency,
        changes.amount as credit_amount,
        0 as paid_amount,
        changes.effective_on as granted_on,
        changes.until as expires_on,
        coalesce(changes.priority, 50) as priority,
        changes.plan_id,
        changes.fee_id,
        false as is_bought,
    from changes
    inner join contracts on changes.contract_id = contracts.contract_id
    where changes.kind = 'grant_credit' and changes.amount > 0

),

{# What is bought outside of tax is taxed when it is used: its draws stay outside of tax too. #}
bought as (

    select
        concat('charge:', purchases.instance) as block_id,
        purchases.contract_id,
        purchases.currency,
        purchases.credit_amount,
        purchases.unrounded_amount as paid_amount,
        purchases.period_from as granted_on,
        purchases.credit_until as expires_on,
        coalesce(purchases.credit_priority, 50) as priority,
        purchases.credit_plan_id as plan_id,
        purchases.credit_fee_id as fee_id,
        true as is_bought,
        purchases.instance as purchase_id,
        purchases.department,
        case when tax_codes.kind = 'out_of_scope' then purchases.tax_code end as tax_code,
        case when tax_codes.kind = 'out_of_scope' then purchases.tax_rate end as tax_rate,
    from purchases
    left join tax_codes on purchases.tax_code = tax_codes.tax_code
    where purchases.credit_amount is not null

),

united as (

    select * from promised
    union all by name
    select * from bought

),

{# The order in which blocks are drawn from. #}
granted as (

    select
        united.* exclude (credit_amount, paid_amount),
        {{ round_amount('united.credit_amount', 'currencies.minor_digits', "'half_up'") }} as granted_amount,
        {{ round_amount('united.paid_amount', 'currencies.minor_digits', "'half_up'") }} as paid_amount,
        row_number() over (
            partition by united.contract_id
            order by united.priority, united.expires_on nulls last, united.granted_on, united.block_id
        ) as block_no,
    from united
    inner join currencies on united.currency = currencies.currency

)

select * from granted
