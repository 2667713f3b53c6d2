with

int_invoice_tax_groups as (

    select * from {{ ref('int_invoice_tax_groups') }}

),

int_invoice_tax_by_group as (

    select * from {{ ref('int_invoice_tax_by_group') }}

),

int_invoice_lines_drafted as (

    select * from {{ ref('int_invoice_lines_drafted') }}

),

{# The line's own share of tax, cut to minor units: what is cut off decides who gets the units that remain. #}
shares as (

    select
        lines.line_id,
        lines.line_no,
        lines.document_id,
        lines.tax_code,
        lines.tax_rate,
        lines.pool_key,
        {{ exact_divide('lines.line_amount * lines.tax_rate', 'lines.tax_divisor') }} as share,
        {{ round_amount('share', 'lines.minor_digits', "'floor'") }} as cut_share,
        case lines.minor_digits when 0 then 1 when 1 then 10 when 2 then 100 when 3 then 1000 else 10000 end
            as units_in_one,
        case lines.minor_digits
            when 0 then 1.0000 when 1 then 0.1000 when 2 then 0.0100 when 3 then 0.0010 else 0.0001
        end as unit,
    from int_invoice_tax_groups as lines

),

{# Units still to spread over the pool, and the line's place in the queue for them. In a credit the queue is the other
   way round: units are taken from all but the first, and the line that was given one more, where shares are the same,
   is the one to give it back. #}
ranked as (

    select
        shares.*,
        cast((pools.tax_amount - sum(shares.cut_share) over pool) * shares.units_in_one as bigint) as units_left,
        count(*) over pool as line_count,
        row_number() over (
            partition by shares.document_id, shares.tax_code, shares.tax_rate, shares.pool_key
            order by
                shares.share - shares.cut_share desc,
                if(pools.tax_amount < 0, -shares.line_no, shares.line_no)
        ) as place,
    from shares
    inner join int_invoice_tax_by_group as pools using (document_id, tax_code, tax_rate, pool_key)
    window pool as (partition by shares.document_id, shares.tax_code, shares.tax_rate, shares.pool_key)

),

{# Whole rounds go to everyone, the rest to the first places; the rest is not below zero, also when units are taken. #}
spread as (

    select
        line_id,
        (units_left % line_count + line_count) % line_count as units_of_last_round,
        (units_left - units_of_last_round) // line_count + if(place <= units_of_last_round, 1, 0) as units,
        cast(cut_share + units * unit as decimal(20, 4)) as tax_amount,
    from ranked

),

amounts as (

    select drafted.* replace (coalesce(drafted.tax_amount, spread.tax_amount) as tax_amount),
    from int_invoice_lines_drafted as drafted
    left join spread on drafted.line_id = spread.line_id

),

taxed as (

    select
        *,
        cast(case price_basis when 'inclusive' then line_amount - tax_amount else line_amount end as decimal(20, 4))
            as net_amount,
    from amounts

)

select * from taxed
