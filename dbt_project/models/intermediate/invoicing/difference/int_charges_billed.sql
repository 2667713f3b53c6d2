with

stg_ledger__document_lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

{# A key that has only voids is left to the check on lines without a charge. #}
billed as (

    select
        charge_id,
        cast(sum(line_amount) as decimal(20, 4)) as billed_amount,
        cast(sum(net_amount) as decimal(20, 4)) as billed_net_amount,
        bool_or(reason = 'void') as is_voided,
    from stg_ledger__document_lines
    group by charge_id
    having bool_or(reason <> 'void')

)

select * from billed
