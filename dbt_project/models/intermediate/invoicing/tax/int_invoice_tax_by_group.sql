with

int_invoice_tax_groups as (

    select * from {{ ref('int_invoice_tax_groups') }}

),

stg_catalog__entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

sums as (

    select
        document_id,
        entity_id,
        tax_code,
        tax_rate,
        tax_divisor,
        price_basis,
        minor_digits,
        pool_key,
        sum(line_amount) as line_amount,
        max(standing_tax_amount) as standing_tax_amount,
        bool_and(line_amount < 0 and original_line_id is not null) as is_all_credit,
    from int_invoice_tax_groups
    group by all

),

computed as (

    select
        sums.*,
        {{ exact_divide('sums.line_amount * sums.tax_rate', 'sums.tax_divisor') }} as unrounded_tax_amount,
        entities.tax_rounding,
    from sums
    left join stg_catalog__entities as entities on sums.entity_id = entities.entity_id

),

{# A step of its own: a name used twice in one select is written out twice, and the roundings nest. #}
once_rounded as (

    select
        *,
        {{ round_amount('unrounded_tax_amount', 'minor_digits', 'tax_rounding') }} as rounded_tax_amount,
    from computed

),

rounded as (

    select
        *,
        case price_basis
            when 'inclusive'
                then {{ tax_of_its_net('rounded_tax_amount', 'line_amount', 'tax_rate', 'minor_digits') }}
            else rounded_tax_amount
        end as computed_tax_amount,
    from once_rounded

),

{# A partial credit never returns more tax than what stands; that needs every line of the pool to name an original. #}
pooled as (

    select
        document_id,
        tax_code,
        tax_rate,
        pool_key,
        standing_tax_amount,
        computed_tax_amount,
        cast(
            case
                when pool_key <> '' then -standing_tax_amount
                when is_all_credit then greatest(computed_tax_amount, -standing_tax_amount)
                else computed_tax_amount
            end as decimal(20, 4)
        ) as tax_amount,
    from rounded

)

select * from pooled
