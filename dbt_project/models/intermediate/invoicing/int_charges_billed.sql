with

int_lines_standing as (

    select * from {{ ref('int_lines_standing') }}

),

{# The newest line that is not a void says who the key belongs to, should the facts no longer know it. #}
newest_lines as (

    select *
    from int_lines_standing
    where reason <> 'void'
    qualify row_number() over (
        partition by charge_id order by commit_sequence desc, document_id desc, line_no desc
    ) = 1

),

totals as (

    select
        charge_id,
        cast(sum(line_amount) as decimal(20, 4)) as billed_amount,
        cast(sum(net_amount) as decimal(20, 4)) as billed_net_amount,
        bool_or(reason = 'void') as is_voided,
        max(invoice_date) filter (where reason = 'void') as voided_on,
    from int_lines_standing
    group by all

),

billed as (

    select
        newest_lines.* exclude (
            line_id,
            document_id,
            line_no,
            original_line_id,
            is_original,
            line_amount,
            net_amount,
            tax_amount,
            remaining_amount,
            standing_tax_amount,
            document_number,
            document_type,
            pricing_trace,
            recorded_at,
            commit_sequence,
            invoice_date,
            reason
        ),
        totals.billed_amount,
        totals.billed_net_amount,
        totals.is_voided,
        totals.voided_on,
    from newest_lines
    inner join totals on newest_lines.charge_id = totals.charge_id

)

select * from billed
