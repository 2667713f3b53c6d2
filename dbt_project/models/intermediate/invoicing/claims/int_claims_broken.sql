-- All that a claim names tonight: what is in doubt, why, whose it is, and which document waits for it. It stands before
-- numbers are given.
with

proposed as (

    select
        document_id,
        amount,
        payment_id as draft_id,
        true as is_given,
    from {{ ref('int_credit_notes_allocated') }}
    union all
    select
        document_id,
        amount,
        void_document_id,
        false,
    from {{ ref('int_allocations_reversed') }}

),

beyond_open as (

    select documents.document_id
    from (select document_id, sum(amount) as amount from proposed group by document_id) as sums
    inner join {{ ref('int_open_items') }} as documents on sums.document_id = documents.document_id
    where documents.open_amount < sums.amount

),

beyond_given as (

    select drafts.document_id as draft_id
    from (select draft_id, sum(amount) as amount from proposed where is_given group by draft_id) as sums
    inner join {{ ref('int_documents_totalled') }} as drafts on sums.draft_id = drafts.document_id
    where -drafts.total_amount < sums.amount

),

{# A credit puts no more to an issued document than is open, and gives no more than its credit note has. All drafts that
   give to the same document are named: which of them gives too much cannot be told. #}
beyond as (

    select distinct draft_id
    from proposed
    where
        document_id in (select beyond_open.document_id from beyond_open)
        or document_id in (select given.document_id from proposed as given semi join beyond_given using (draft_id))

)

select * from {{ ref('int_draft_claims_broken') }}
union all
select
    'credits_stay_within_what_is_open' as claim,
    documents.customer_id,
    '' as contract_id,
    '' as charge_id,
    documents.document_id,
    documents.total_amount as amount,
    documents.currency,
from beyond
inner join {{ ref('int_documents_totalled') }} as documents on beyond.draft_id = documents.document_id
