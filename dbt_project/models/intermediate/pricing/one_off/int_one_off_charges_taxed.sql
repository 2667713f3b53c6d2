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

)

select * from with_rates
