with

one_off_charges as (

    select * from {{ ref('int_one_off_charges_judged') }}

),

payers as (

    select * from {{ ref('int_payers_dated') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

tax_codes as (

    select * from {{ ref('int_tax_codes_dated') }}

),

replacements as (

    select * from {{ ref('int_customer_tax_codes_dated') }}

),

owed as (

    select
        one_off_charges.*,
        payers.payer_id,
        payers.closing_day,
        coalesce(replacements.tax_code, one_off_charges.fee_tax_code) as tax_code,
        case when replacements.tax_code is not null then 0 end as untaxed_rate,
        entities.rounding,
        entities.time_zone as entity_zone,
    from one_off_charges
    inner join entities on one_off_charges.entity_id = entities.entity_id
    inner join payers
        on
            one_off_charges.customer_id = payers.customer_id
            and one_off_charges.charged_on >= payers.valid_from
            and one_off_charges.charged_on < payers.valid_until
    left join replacements
        on
            payers.payer_id = replacements.customer_id
            and one_off_charges.fee_tax_code = replacements.fee_tax_code
            and one_off_charges.charged_on >= replacements.valid_from
            and one_off_charges.charged_on < replacements.valid_until
    where one_off_charges.refusal_reason is null

),

with_rates as (

    select
        owed.*,
        cast(coalesce(tax_codes.rate, owed.untaxed_rate) as decimal(9, 6)) as tax_rate,
    from owed
    left join tax_codes
        on
            owed.tax_code = tax_codes.tax_code
            and owed.charged_on >= tax_codes.valid_from
            and owed.charged_on < tax_codes.valid_until

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
        credit_amount,
        credit_until,
        credit_priority,
        credit_plan_id,
        credit_fee_id,
    from with_rates

)

select priced.* replace (coalesce(named_before.charge_id, priced.charge_id) as charge_id)
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
