-- Fails if a line below zero, issued or draft, names no original line. Three need none: a first bill below zero (usage
-- that was taken back, a one-off charge), what takes a charge further below zero, and a draw of credits.
with

lines as (

    select
        issued.document_id,
        issued.line_no,
        issued.charge_id,
        issued.original_line_id,
        issued.fee_id,
        issued.reason,
        issued.line_amount,
        recorded.commit_sequence,
    from {{ ref('invoice_lines') }} as issued
    inner join {{ ref('stg_ledger__document_lines') }} as recorded on issued.line_id = recorded.line_id
    union all
    select
        document_id,
        line_no,
        charge_id,
        original_line_id,
        fee_id,
        reason,
        line_amount,
        2147483647,
    from {{ ref('draft_invoice_lines') }}
    where hold_reason is distinct from 'in_doubt'

),

with_balances as (

    select
        *,
        sum(line_amount) over (partition by charge_id, commit_sequence) as moved_amount,
        sum(line_amount) over (partition by charge_id order by commit_sequence) as billed_until,
    from lines

)

select * exclude (moved_amount, billed_until)
from with_balances
where
    line_amount < 0
    and original_line_id is null
    and reason <> 'charge'
    and fee_id <> 'credits'
    and line_amount < greatest(billed_until, moved_amount)
