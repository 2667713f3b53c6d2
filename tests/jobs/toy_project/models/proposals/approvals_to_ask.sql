{# Nothing of the toys waits for a person. #}
select
    cast(null as varchar) as document_id,
    cast(null as varchar) as content_hash,
    cast(null as varchar) as hold_reason,
where false
