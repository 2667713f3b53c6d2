with

charges as (

    select * from {{ ref('int_one_off_charges_taxed') }}

),

named_before as (

    select * from {{ ref('stg_ledger__charges_named_before') }} where fee_id = 'one_off'

),

priced as (

    select
        {{ make_id([
            'payer_id', 'contract_id', "''", "'one_off'", 'charge_id', 'charged_on', 'charged_on + 1',
            'currency', 'tax_code', 'tax_rate', "'exclusive'",
        ]) }} as charge_id,
        payer_id as customer_id,
        customer_id as user_customer_id,
        entity_id,
        entity_zone,
        contract_id,
        '' as plan_id,
        'one_off' as fee_id,
        charge_id as instance,
        'one_off' as kind,
        charged_on as period_from,
        charged_on + 1 as period_until,
        charged_on as served_from,
        charged_on + 1 as served_until,
        currency,
        minor_digits,
        rounding,
        tax_code,
        tax_rate,
        'exclusive' as price_basis,
        cast(1 as decimal(38, 12)) as quantity,
        amount as unrounded_amount,
        {{ round_amount('amount', 'minor_digits', 'rounding') }} as computed_amount,
        timezone(entity_zone, cast(charged_on + 1 as timestamp)) as due_at,
        {{ first_closing_day('charged_on', 'closing_day') }} as bill_on,
        coalesce(department, contract_department, customer_department) as department,
        description as description_ja,
        description as description_en,
    from charges

),

identified as (

    select priced.* replace (coalesce(named_before.charge_id, priced.charge_id) as charge_id),
    from priced
    left join named_before
        on
            priced.customer_id = named_before.customer_id
            and coalesce(priced.contract_id, '') = coalesce(named_before.contract_id, '')
            and priced.instance = named_before.instance
            and priced.period_from = named_before.period_from
            and priced.currency = named_before.currency
            and priced.tax_code = named_before.tax_code
            and priced.tax_rate = named_before.tax_rate

)

select * from identified
