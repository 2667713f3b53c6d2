-- One row per record: accepted, duplicate (the same event again) or rejected (a problem, or a conflict: the id with another body).
-- An event of the lake came first; in the file the first line does. Another body on another day counts within the window only.
create or replace temp table verdicts as
with

in_file as (
    select
        event_id,
        min(line_no) as first_line,
        arg_min(body_hash, line_no) as first_body,
    from typed
    where problem is null
    group by event_id
    having count(*) > 1
),

in_lake as (
    select
        known.event_id,
        list(distinct {'body_hash': known.body_hash, 'event_date': known.event_date}) as earlier,
    from {known} as known
    semi join typed on known.event_id = typed.event_id
    where known.source = $source
    group by known.event_id
),

compared as (
    select
        typed.* exclude (problem),
        problem,
        in_file.first_line,
        in_file.first_body,
        in_lake.earlier is not null and len(list_filter(
            in_lake.earlier,
            lambda one: one.body_hash = typed.body_hash and one.event_date = typed.event_date
        )) > 0 as is_known,
        in_lake.earlier is not null and len(list_filter(
            in_lake.earlier,
            lambda one: one.body_hash <> typed.body_hash and abs(one.event_date - typed.event_date) <= $window_days
        )) > 0 as is_contradicted,
    from typed
    left join in_file on typed.event_id = in_file.event_id and typed.problem is null
    left join in_lake on typed.event_id = in_lake.event_id and typed.problem is null
)

select
    * exclude (problem, first_line, first_body, is_known, is_contradicted),
    case
        when problem is not null then 'rejected'
        when is_known then 'duplicate'
        when is_contradicted then 'rejected'
        when first_line is null or line_no = first_line then 'accepted'
        when body_hash = first_body then 'duplicate'
        else 'rejected'
    end as verdict,
    case
        when verdict <> 'rejected' then null
        when problem is not null then problem
        else 'event_id|conflicting_event|an id not used before, or exactly the event that came first under it'
    end as problem,
from compared
