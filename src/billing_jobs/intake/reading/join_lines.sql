-- One row per record: lines between an opening and a closing quote belong together; a record has the number of its
-- first line.
create or replace temp table joined as
with

counted as (
    select
        *,
        coalesce(length(raw) - length(replace(raw, '"', '')), 0) as quotes,
    from lines
),

opened as (
    select
        *,
        coalesce(
            sum(quotes) over (order by line_no rows between unbounded preceding and 1 preceding), 0
        ) % 2 = 1 as is_inside,
    from counted
),

numbered as (
    select
        *,
        sum(case when is_inside then 0 else 1 end) over (order by line_no) as record_no,
    from opened
)

select
    min(line_no) as line_no,
    string_agg(coalesce(raw, ''), chr(10) order by line_no) as raw,
from numbered
group by record_no
