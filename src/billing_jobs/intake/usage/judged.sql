-- One row per event whose id comes more than once, in the file or in the lake: accepted, duplicate (the same event
-- again) or rejected (the id with another body). An event of the lake came first; in the file the first line does.
-- Another body on another day counts within the window only.
create or replace temp table verdicts as
with

suspects as (
    select
        *,
        row(event_type, event_at, ended_at, contract_id, customer_id, quantity, properties, amends, retracts) as body,
    from {events}
    where event_id in (select repeated.event_id from repeated)
),

in_file as (
    select
        event_id,
        min(line_no) as first_line,
        arg_min(body, line_no) as first_body,
    from suspects
    group by event_id
),

in_lake as (
    select
        suspects.line_no,
        bool_or(known.body = suspects.body and known.event_date = suspects.event_date) as is_known,
        bool_or(known.body <> suspects.body
            and abs(known.event_date - suspects.event_date) <= $window_days) as is_contradicted,
    from suspects
    inner join (
        select
            event_id,
            cast(event_date as date) as event_date,
            row(event_type, event_at, ended_at, contract_id, customer_id, quantity, properties, amends,
                retracts) as body,
        from {known}
        where event_id in (select met.event_id from met)
    ) as known on suspects.event_id = known.event_id
    group by suspects.line_no
)

select
    suspects.line_no,
    suspects.event_id,
    suspects.event_date,
    case
        when in_lake.is_known then 'duplicate'
        when in_lake.is_contradicted then 'rejected'
        when suspects.line_no = in_file.first_line then 'accepted'
        when suspects.body = in_file.first_body then 'duplicate'
        else 'rejected'
    end as verdict,
from suspects
inner join in_file on suspects.event_id = in_file.event_id
left join in_lake on suspects.line_no = in_lake.line_no
