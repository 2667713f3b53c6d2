with

charges as (

    select * from {{ ref('int_charges_scheduled') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

tax_codes as (

    select * from {{ ref('int_tax_codes_dated') }}

),

replacements as (

    select * from {{ ref('int_customer_tax_codes_dated') }}

),

named_before as (

    select * from {{ ref('stg_ledger__charges_named_before') }}

),

{# The inner joins first and by themselves: a left join among them makes the engine expect few rows and build its hash
   tables on the charges. #}
described as (

    select
        charges.payer_id as customer_id,
        contracts.user_customer_id,
        contracts.entity_id,
        charges.contract_id,
        charges.plan_id,
        charges.fee_id,
        charges.instance,
        fees.kind,
        fees.model,
        fees.meter,
        fees.dimensions,
        fees.part_period,
        if(fees.kind = 'termination', 'none', fees.proration) as proration,
        fees.interval_months,
        fees.first_version_from,
        charges.* exclude (contract_id, plan_id, fee_id, instance, payer_id, phase_department, is_in_advance),
        contracts.currency,
        contracts.service_from as contract_from,
        contracts.term_months,
        contracts.renewal_price,
        contracts.uplift_percent,
        fees.tax_code as fee_tax_code,
        fees.price_basis,
        fees.unit_ja,
        fees.unit_en,
        fees.product,
        coalesce(charges.phase_department, fees.department, contracts.customer_department) as department,
        fees.description_ja,
        fees.description_en,
    from charges
    inner join contracts on charges.contract_id = contracts.contract_id
    inner join fees on charges.plan_id = fees.plan_id and charges.fee_id = fees.fee_id

),

with_codes as (

    select
        described.* exclude (fee_tax_code),
        coalesce(replacements.tax_code, described.fee_tax_code) as tax_code,
        case when replacements.tax_code is not null then 0 end as untaxed_rate,
    from described
    left join replacements
        on
            described.customer_id = replacements.customer_id
            and described.fee_tax_code = replacements.fee_tax_code
            and described.last_served_on >= replacements.valid_from
            and described.last_served_on < replacements.valid_until

),

with_rates as (

    select
        with_codes.*,
        cast(coalesce(tax_codes.rate, with_codes.untaxed_rate) as decimal(9, 6)) as tax_rate,
    from with_codes
    left join tax_codes
        on
            with_codes.tax_code = tax_codes.tax_code
            and with_codes.last_served_on >= tax_codes.valid_from
            and with_codes.last_served_on < tax_codes.valid_until

),

keyed as (

    select
        {{ make_id([
            'customer_id', 'contract_id', 'plan_id', 'fee_id', 'instance', 'period_from', 'period_until',
            'currency', 'tax_code', 'tax_rate', 'price_basis',
        ]) }} as charge_id,
        * exclude (untaxed_rate),
    from with_rates

),

identified as (

    select keyed.* replace (coalesce(named_before.charge_id, keyed.charge_id) as charge_id),
    from keyed
    left join named_before
        using (
            customer_id, contract_id, plan_id, fee_id, instance, period_from, period_until, currency, tax_code,
            tax_rate, price_basis
        )

)

select * from identified
