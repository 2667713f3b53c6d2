with

int_lines_standing as (

    select * from {{ ref('int_lines_standing') }}

),

{# The newest line that is not a void says who the key belongs to, should the facts no longer know it. #}
billed as (

    select
        charge_id,
        cast(sum(line_amount) as decimal(20, 4)) as billed_amount,
        cast(sum(net_amount) as decimal(20, 4)) as billed_net_amount,
        bool_or(reason = 'void') as is_voided,
        max(invoice_date) filter (where reason = 'void') as voided_on,
        case
            when count(*) = 1 then any_value(line_id) filter (where reason <> 'void')
            else arg_max(line_id, (commit_sequence, document_id, line_no)) filter (where reason <> 'void')
        end as newest_line_id,
    from int_lines_standing
    group by charge_id
    having newest_line_id is not null

)

select * from billed
