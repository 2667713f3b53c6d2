with

lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

openings as (

    select * from {{ ref('int_openings_judged') }}

),

invoiced as (

    select
        lines.charge_id,
        cast(date_trunc('month', documents.invoice_date) as date) as month,
        cast(coalesce(sum(lines.net_amount) filter (where documents.document_type = 'invoice'), 0) as decimal(20, 4))
            as billed_amount,
        cast(
            coalesce(sum(lines.net_amount) filter (where documents.document_type = 'credit_note'), 0) as decimal(20, 4)
        ) as credited_amount,
    from lines
    inner join documents on lines.document_id = documents.document_id
    group by lines.charge_id, date_trunc('month', documents.invoice_date)

    union all

    select
        {{ make_plain_id(["'opening_deferral'", 'opening_id']) }},
        cast(date_trunc('month', starts_on) as date),
        cast(amount as decimal(20, 4)),
        cast(0 as decimal(20, 4)),
    from openings
    where source = 'opening_deferrals' and refusal_reason is null

)

select * from invoiced
