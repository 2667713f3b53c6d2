with

int_decisions_ordered as (

    select * from {{ ref('int_decisions_ordered') }}

),

stg_ledger__documents as (

    select * from {{ ref('stg_ledger__documents') }}

),

int_documents_named_by_decisions as (

    select * from {{ ref('int_documents_named_by_decisions') }}

),

int_invoice_lines_uncredited as (

    select * from {{ ref('int_invoice_lines_uncredited') }}

),

standing as (

    select
        document_id,
        sum(abs(case when is_original then remaining_amount else line_amount end)) as standing_amount,
    from int_invoice_lines_uncredited
    group by all

),

named as (

    select
        decisions.decision_id,
        decisions.decision_no,
        decisions.kind,
        fits.document_id,
        coalesce(fits.fit_count, 0) as fit_count,
        documents.document_type,
        voids.document_id is not null as is_recorded,
        coalesce(standing.standing_amount, 0) as standing_amount,
        row_number()
            over (partition by fits.document_id, decisions.kind order by decisions.decision_no desc)
            as newest_first,
        max(case when decisions.kind = 'release' then decisions.decision_no end)
            over (partition by fits.document_id) as released_until,
    from int_decisions_ordered as decisions
    left join int_documents_named_by_decisions as fits on decisions.decision_id = fits.decision_id
    left join stg_ledger__documents as documents on fits.document_id = documents.document_id
    left join stg_ledger__documents as voids on fits.document_id = voids.voids_document_id
    left join standing on fits.document_id = standing.document_id
    where decisions.kind in ('void', 'release') and coalesce(decisions.document_id, '') <> ''

),

resolved as (

    select
        decision_id,
        decision_no,
        document_id,
        case
            when fit_count = 0 then 'refused_unknown'
            when fit_count > 1 then 'refused_ambiguous'
            when document_type = 'credit_note' then 'refused_credit_note'
            when not is_recorded and decision_no < released_until then 'released'
            when newest_first > 1 then 'superseded'
            when not is_recorded and standing_amount = 0 then 'refused_nothing_left'
            else 'applied'
        end as state,
        state = 'applied' and not is_recorded as is_pending,
    from named
    where kind = 'void'

)

select * from resolved
