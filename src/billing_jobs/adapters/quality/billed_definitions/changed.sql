-- One row per definition of the catalog and field without versions whose value is no longer the one it was last billed
-- with.
-- `definitions`: the other files of this folder, united; `newest`: the moment of the newest catalog; `catalogs`: every
-- catalog known.
with

definitions as (

    {definitions}

),

billed_by as (

    select
        definitions.kind,
        definitions.definition,
        max(definitions.billed_at) as billed_at,
        max(catalogs.received_at) as received_at,
    from definitions
    inner join {catalogs} as catalogs on catalogs.received_at <= definitions.billed_at
    group by all

),

compared as (

    select
        was.kind,
        was.definition,
        was.plan_id,
        was.fee_id,
        billed_by.billed_at,
        was.fields as was,
        newest.fields as is_now,
    from billed_by
    inner join definitions as was
        on billed_by.kind = was.kind and billed_by.definition = was.definition
            and billed_by.received_at = was.received_at
    left join definitions as newest
        on was.kind = newest.kind and was.definition = newest.definition and newest.received_at = {newest}

),

-- A plan or fee that is gone is told by its charges, which stop the night themselves.
by_field as (

    select
        * exclude (is_now),
        unnest(json_keys(was)) as field,
        coalesce(is_now, '{{}}') as is_now,
    from compared
    where is_now is not null or kind not in ('plan', 'fee')

),

values_of_fields as (

    select
        kind,
        definition,
        plan_id,
        fee_id,
        field,
        billed_at,
        coalesce(json_extract_string(was, '$."' || field || '"'), '') as was_billed_with,
        coalesce(json_extract_string(is_now, '$."' || field || '"'), '') as says_now,
    from by_field

)

select *
from values_of_fields
where was_billed_with <> says_now
