-- One row per tax code that was billed, or kind whose default was, and catalog version: kinds, rates of days that were
-- billed, and which code of a kind was taken. A rate or a default with a later first day may be added, and a day that
-- nobody was billed for may be changed.
with

billed as (

    select
        tax_code,
        max(recorded_at) as billed_at,
        max(coalesce(served_until, period_until, cast(recorded_at as date))) as billed_until,
    from {lines}
    where tax_code <> ''
    group by tax_code

),

rates as (

    select
        rates.tax_code,
        rates.received_at,
        json_group_object('rate from ' || rates.valid_from, cast(rates.rate as varchar)) as fields,
    from {tax_rates} as rates
    inner join billed on rates.tax_code = billed.tax_code and rates.valid_from < billed.billed_until
    group by all

),

catalogs as (

    select distinct received_at from {entities}

),

-- The code of a kind that a catalog says, or has alone.
decided as (

    select
        kind,
        received_at,
        case
            when count(*) filter (where default_from = date '0001-01-01') = 1
                then max(if(default_from = date '0001-01-01', tax_code, null))
            when count(*) = 1 and max(default_from) is null then max(tax_code)
        end as tax_code,
        min(tax_code) filter (where default_from is null) as first_code,
        bool_or(tax_code = 'standard') as has_standard,
        bool_or(default_from is not null) as is_dated,
    from {tax_codes}
    group by all

),

-- Without a word of this catalog what was taken before goes on; the rule of int_tax_code_defaults_dated.
defaults as (

    select
        kinds.kind,
        catalogs.received_at,
        coalesce(
            last_value(decided.tax_code ignore nulls) over (partition by kinds.kind order by catalogs.received_at),
            case
                when kinds.kind = 'standard' and decided.has_standard then 'standard'
                when not decided.is_dated then decided.first_code
            end,
            kinds.kind
        ) as tax_code,
    from (select unnest(['standard', 'exempt', 'reverse_charge']) as kind) as kinds
    cross join catalogs
    left join decided on kinds.kind = decided.kind and catalogs.received_at = decided.received_at

),

kinds_billed as (

    select
        taken.kind,
        max(billed.billed_at) as billed_at,
        max(billed.billed_until) as billed_until,
    from (
        select kind, tax_code from defaults
        union
        select kind, tax_code from {tax_codes} where default_from is not null
    ) as taken
    inner join billed on taken.tax_code = billed.tax_code
    group by taken.kind

),

changeovers as (

    select
        codes.kind,
        codes.received_at,
        json_group_object('default from ' || codes.default_from, codes.tax_code) as fields,
    from {tax_codes} as codes
    inner join kinds_billed on codes.kind = kinds_billed.kind
    where codes.default_from > date '0001-01-01' and codes.default_from < kinds_billed.billed_until
    group by all

)

select
    'tax_code' as kind,
    codes.tax_code as definition,
    cast(null as varchar) as plan_id,
    cast(null as varchar) as fee_id,
    codes.received_at,
    billed.billed_at,
    json_merge_patch(to_json({{'kind': codes.kind}}), coalesce(rates.fields, '{{}}')) as fields,
from {tax_codes} as codes
inner join billed on codes.tax_code = billed.tax_code
left join rates on codes.tax_code = rates.tax_code and codes.received_at = rates.received_at

union all

select
    'tax codes of a kind',
    defaults.kind,
    null,
    null,
    defaults.received_at,
    kinds_billed.billed_at,
    json_merge_patch(to_json({{'default': defaults.tax_code}}), coalesce(changeovers.fields, '{{}}')),
from defaults
inner join kinds_billed on defaults.kind = kinds_billed.kind
left join changeovers on defaults.kind = changeovers.kind and defaults.received_at = changeovers.received_at
