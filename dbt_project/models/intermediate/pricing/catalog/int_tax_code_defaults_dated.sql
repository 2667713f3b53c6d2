with

codes as (

    select * from {{ ref('stg_catalog__tax_codes') }}

),

versions as (

    select * from {{ ref('stg_catalog__tax_code_versions') }}

),

{# A catalog says which code of a kind is taken by `default: yes`, or by having no other. What was taken before stays
   where it does not say. #}
decided as (

    select
        kind,
        tax_code,
        catalog_version,
        received_at,
    from versions
    qualify
        coalesce(default_from, date '0001-01-01') = date '0001-01-01'
        and (default_from is not null or count(*) over (partition by kind, catalog_version) = 1)

),

in_force as (

    select
        decided.kind,
        decided.tax_code,
    from decided
    inner join codes on decided.kind = codes.kind and decided.tax_code = codes.tax_code
    qualify
        row_number()
            over (partition by decided.kind order by decided.received_at desc, decided.catalog_version desc)
        = 1

),

dated_kinds as (

    select distinct kind from codes where default_from is not null and kind <> 'standard'

),

{# Catalogs of before codes said it: of several the one called `standard`, else the first by name.
   Each such kind is warned of until its catalog says it. #}
as_it_was as (

    select
        kind,
        tax_code,
    from codes
    anti join in_force on codes.kind = in_force.kind
    anti join dated_kinds on codes.kind = dated_kinds.kind
    qualify row_number() over (partition by kind order by tax_code <> 'standard' or kind <> 'standard', tax_code) = 1

),

said as (

    select *, date '0001-01-01' as valid_from, true as is_said_in_catalog from in_force

    union all

    select *, date '0001-01-01', false from as_it_was

    union all

    select kind, tax_code, default_from, true from codes
    where default_from > date '0001-01-01'

),

dated as (

    select
        *,
        lead(valid_from, 1, date '9999-12-31') over (partition by kind order by valid_from) as valid_until,
    from said

)

select * from dated
