with

dated as (

    select * from {{ ref('int_customers_dated') }}

),

tax_codes as (

    select * from {{ ref('stg_catalog__tax_codes') }}

),

defaults as (

    select * from {{ ref('int_tax_code_defaults_dated') }}

),

taxed as (

    select tax_code from tax_codes where kind in ('standard', 'reduced')

),

{# Before the first day of a kind's only default, and of a kind without codes, the status itself stands as the code. #}
replacements as (

    select kind, tax_code, valid_from, valid_until from defaults

    union all

    select
        statuses.kind,
        statuses.kind,
        date '0001-01-01',
        coalesce(min(defaults.valid_from), date '9999-12-31'),
    from (select unnest(['exempt', 'reverse_charge']) as kind) as statuses
    left join defaults on statuses.kind = defaults.kind
    group by statuses.kind
    having coalesce(min(defaults.valid_from), date '9999-12-31') > date '0001-01-01'

),

chosen as (

    select
        dated.customer_id,
        taxed.tax_code as fee_tax_code,
        greatest(dated.valid_from, replacements.valid_from) as valid_from,
        least(dated.valid_until, replacements.valid_until) as valid_until,
        replacements.tax_code,
    from dated
    cross join taxed
    inner join replacements
        on
            dated.tax_status = replacements.kind
            and dated.valid_from < replacements.valid_until
            and dated.valid_until > replacements.valid_from
    where dated.tax_status in ('exempt', 'reverse_charge')

)

select * from chosen
