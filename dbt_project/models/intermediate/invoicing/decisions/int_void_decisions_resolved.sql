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

stg_ledger__document_lines as not materialized (

    select * from {{ ref('stg_ledger__document_lines') }}

),

lines as (

    select document_id, line_id, line_amount
    from stg_ledger__document_lines
    semi join int_documents_named_by_decisions using (document_id)

),

{# What later lines took back of each line, and what is left of the document: a void needs something to take. #}
taken_back as (

    select original_line_id as line_id, sum(line_amount) as line_amount,
    from stg_ledger__document_lines
    where original_line_id in (select lines.line_id from lines)
    group by original_line_id

),

standing as (

    select lines.document_id, sum(abs(lines.line_amount + coalesce(taken_back.line_amount, 0))) as standing_amount,
    from lines
    left join taken_back on lines.line_id = taken_back.line_id
    group by lines.document_id

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
