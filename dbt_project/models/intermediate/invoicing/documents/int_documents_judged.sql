-- What is in doubt waits, whatever a person has decided about it: only a mend releases it.
with

held as (

    select * from {{ ref('int_documents_held') }}

),

in_doubt as (

    select distinct document_id
    from {{ ref('int_claims_broken') }}

),

judged as (

    select
        held.document_id,
        held.content_hash,
        if(in_doubt.document_id is null, held.hold_reason, 'in_doubt') as hold_reason,
    from held
    left join in_doubt on held.document_id = in_doubt.document_id

)

select * from judged
