with

unpriced as (

    select * from {{ ref('int_charges_unpriced') }} where reason <> 'below_zero'

),

lines as (

    select * from {{ ref('int_invoice_lines_drafted') }}

),

charges as (

    select * from {{ ref('int_charges_reconciled') }}

),

documents as (

    select * from {{ ref('int_documents_drafted') }}

),

{# A charge out of range owes nothing yet and may have no line: its document is the one that would have it. #}
named as (

    select
        lines.document_id,
        unpriced.reason,
    from lines
    inner join unpriced on lines.charge_id = unpriced.charge_id
    where lines.reason <> 'void'
    union all
    select
        documents.document_id,
        'out_of_range',
    from charges
    inner join documents using (customer_id, entity_id, currency, group_key, price_basis, bill_on)
    where
        charges.is_billable
        and charges.charge_id in (select unpriced.charge_id from unpriced where unpriced.reason = 'out_of_range')

),

found as (

    select
        document_id,
        max(reason) as reason,
    from named
    group by document_id

)

select * from found
