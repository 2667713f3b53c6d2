with

int_documents_totalled as (

    select * from {{ ref('int_documents_totalled') }}

),

int_open_items as (

    select * from {{ ref('int_open_items') }}

),

stg_ledger__allocations as (

    select * from {{ ref('stg_ledger__allocations') }}

),

{# What the void cannot take from the open amount comes back from what was put to the document. #}
voids as (

    select
        drafts.document_id as void_document_id,
        drafts.voids_document_id as document_id,
        drafts.invoice_date,
        -drafts.total_amount - documents.open_amount as needed_amount,
    from int_documents_totalled as drafts
    inner join int_open_items as documents on drafts.voids_document_id = documents.document_id
    anti join {{ ref('int_document_holds') }} as held on drafts.document_id = held.document_id
    anti join {{ ref('int_draft_claims_broken') }} as in_doubt on drafts.document_id = in_doubt.document_id
    where -drafts.total_amount > documents.open_amount

),

reversals as (

    select
        reverses_allocation_id as allocation_id,
        sum(amount) as amount,
    from stg_ledger__allocations
    where coalesce(reverses_allocation_id, '') <> ''
    group by all

),

standing as (

    select
        allocations.*,
        allocations.amount + coalesce(reversals.amount, 0) as standing_amount,
    from stg_ledger__allocations as allocations
    left join reversals on allocations.allocation_id = reversals.allocation_id
    where coalesce(allocations.reverses_allocation_id, '') = ''

),

{# Newest first, so that the money put last is free first. #}
ranked as (

    select
        standing.*,
        voids.void_document_id,
        voids.invoice_date,
        voids.needed_amount,
        coalesce(sum(standing.standing_amount) over newer, 0) as taken_before,
    from standing
    inner join voids on standing.document_id = voids.document_id
    where standing.standing_amount > 0
    window newer as (
        partition by voids.void_document_id
        order by standing.commit_sequence desc, standing.allocation_id
        rows between unbounded preceding and 1 preceding
    )

),

reversed as (

    select
        {{ make_id(["'reversal'", 'allocation_id', 'void_document_id']) }} as allocation_id,
        payment_id,
        document_id,
        cast(-least(standing_amount, needed_amount - taken_before) as decimal(20, 4)) as amount,
        currency,
        kind,
        'void' as rule,
        cast(1 as decimal(3, 2)) as confidence,
        'the document was voided' as reason,
        invoice_date as allocated_on,
        allocation_id as reverses_allocation_id,
        void_document_id,
    from ranked
    where taken_before < needed_amount

)

select * from reversed
