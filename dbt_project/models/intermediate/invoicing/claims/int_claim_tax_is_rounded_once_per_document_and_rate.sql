-- The tax of a draft at one rate is its lines' sum times the rate, rounded once (with tax inside: so that it is that of
-- its net). A credit note that exhausts an original may differ, but never returns more than the tax that stands.
with

sums as (

    select
        lines.document_id,
        lines.tax_code,
        lines.tax_rate,
        lines.price_basis,
        lines.minor_digits,
        documents.document_type = 'credit_note' as is_credit_note,
        entities.tax_rounding,
        sum(lines.line_amount) as line_amount,
        sum(lines.tax_amount) as tax_amount,
    from {{ ref('int_invoice_lines_taxed') }} as lines
    inner join {{ ref('int_documents_drafted') }} as documents on lines.document_id = documents.document_id
    left join {{ ref('stg_catalog__entities') }} as entities on lines.entity_id = entities.entity_id
    where documents.voids_document_id is null
    group by all

),

{# Each step has a row of its own: a name used twice in one select is written out twice, and the roundings nest. #}
divided as (

    select
        *,
        {{ exact_divide(
            'line_amount * tax_rate', "case price_basis when 'inclusive' then 100 + tax_rate else 100 end"
        ) }} as unrounded_tax_amount,
    from sums

),

once_rounded as (

    select
        *,
        {{ round_amount('unrounded_tax_amount', 'minor_digits', 'tax_rounding') }} as once_rounded_tax_amount,
    from divided

),

ruled as (

    select
        *,
        case price_basis
            when 'inclusive'
                then {{ tax_of_its_net('once_rounded_tax_amount', 'line_amount', 'tax_rate', 'minor_digits') }}
            else once_rounded_tax_amount
        end as rounded_tax_amount,
    from once_rounded

),

standing as (

    select
        document_id,
        tax_code,
        tax_rate,
        sum(standing_tax_amount) as standing_tax_amount,
    from {{ ref('int_invoice_tax_by_group') }}
    group by all

),

broken as (

    select distinct document_id
    from ruled
    left join standing using (document_id, tax_code, tax_rate)
    where
        (not ruled.is_credit_note and ruled.tax_amount is distinct from ruled.rounded_tax_amount)
        or (
            ruled.is_credit_note
            and -ruled.tax_amount > greatest(coalesce(standing.standing_tax_amount, 0), -ruled.rounded_tax_amount)
        )

)

select
    'tax_is_rounded_once_per_document_and_rate' as claim,
    document_id,
from broken
