-- One row per event whose time the clock shows twice: its pass (first, later), or that nothing tells (refused). The
-- rows of one series (contract or customer, event type, and what its id is made of besides the time) follow each other
-- in the order of the profile; where they go back, the second pass begins. Readings of one length that go on without a
-- gap tell it too, where a file begins or ends within the hour.
create or replace temp table passes as
with

doubtful as (
    select
        *,
        md5(concat_ws(chr(31), contract_id, customer_id, event_type, series)) as series_key,
    from typed_events
    where earlier_at is not null
),

marked as (
    select
        *,
        coalesce(
            event_at - lag(event_at) over (partition by series_key order by event_at) > interval 1 day, false
        ) as is_new,
    from doubtful
),

hours as (
    select
        * exclude (is_new),
        count(*) filter (where is_new) over (partition by series_key order by event_at) as hour_no,
    from marked
),

compared as (
    select
        *,
        local_at < lag(local_at) over places as falls,
        local_at = lag(local_at) over places as repeats,
        count(*) over (partition by series_key, hour_no, local_at) as times,
    from hours
    window places as (partition by series_key, hour_no order by line_no * $direction)
),

counted as (
    select
        *,
        count(*) filter (where falls) over hour as falls_in_hour,
        count(*) filter (where repeats) over hour as repeats_in_hour,
        max(times) over hour = 1 as is_single,
    from compared
    window hour as (partition by series_key, hour_no)
),

divided as (
    select
        *,
        $direction <> 0
            and (falls_in_hour = 1 or (falls_in_hour = 0 and repeats_in_hour = 1 and $is_reading)) as may_be_divided,
        count(*) filter (where falls or (falls_in_hour = 0 and repeats)) over (
            partition by series_key, hour_no order by line_no * $direction rows between unbounded preceding
                and current row
        ) > 0 as is_after_fall,
    from counted
),

-- An id made of the label can be in each pass once only.
told as (
    select
        *,
        may_be_divided
        and not ($has_made_id and bool_or(is_double) over (partition by series_key, hour_no)) as is_divided,
    from (
        select
            *,
            count(*) over (partition by series_key, hour_no, is_after_fall, local_at) > 1 as is_double,
        from divided
    )
),

spans as (
    select
        series_key,
        hour_no,
        min(earlier_at) as first_at,
        max(event_at) as last_at,
        epoch(max(local_at) - min(local_at)) = (count(*) - 1) * $resolution as is_without_gap,
    from told
    where not is_at_step
    group by series_key, hour_no
),

-- What stands on either side of the hour.
others as (
    select
        event_at,
        md5(concat_ws(chr(31), contract_id, customer_id, event_type, series)) as series_key,
    from typed_events
    where
        (earlier_at is null or is_at_step)
        and event_date in (select unnest([doubtful.event_date - 1, doubtful.event_date, doubtful.event_date + 1])
            from doubtful)
),

sides as (
    select
        spans.series_key,
        spans.hour_no,
        bool_or(others.event_at < spans.first_at) as has_before,
        bool_or(others.event_at > spans.last_at) as has_after,
        bool_or(others.event_at = spans.first_at - to_seconds($resolution))
            and any_value(spans.is_without_gap) as goes_on_before,
        bool_or(others.event_at = spans.last_at + to_seconds($resolution))
            and any_value(spans.is_without_gap) as goes_on_after,
    from spans
    inner join others
        on
            spans.series_key = others.series_key
            and others.event_at between spans.first_at - interval 1 day and spans.last_at + interval 1 day
    group by spans.series_key, spans.hour_no
),

judged as (
    select
        told.line_no,
        told.event_date,
        case
            when told.is_divided and told.is_after_fall and told.ended_at < told.event_at then 'refused'
            when told.is_divided then if(told.is_after_fall, 'later', 'first')
            when told.ended_at < told.event_at then 'first'
            when told.is_at_step and told.times = 1 then 'later'
            when not $has_made_id and not (told.times > 1 and $direction <> 0 and $is_reading) then 'later'
            when not told.is_single then 'refused'
            when $direction <> 0 and sides.goes_on_before and not sides.has_after then 'first'
            when $direction <> 0 and sides.goes_on_after and not sides.has_before then 'later'
            when sides.has_before and sides.has_after then 'later'
            else 'refused'
        end as verdict,
    from told
    left join sides on told.series_key = sides.series_key and told.hour_no = sides.hour_no
)

select * from judged
