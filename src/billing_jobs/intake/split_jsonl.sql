-- One row per line of a JSON Lines file: the values at the paths as text, or the fault that makes it unreadable.
-- The engine reads numbers as doubles: a number of more than 15 digits is put in quotes first, so that it stays exact.
create or replace temp table records as
with

checked as (
    select
        line_no,
        raw,
        case
            when ends_with(raw, chr(63729)) then '|line_too_long|a line of at most 1,000,000 characters'
            when contains(raw, chr(63728)) then '|unreadable_characters|UTF-8 text without control characters'
            when not json_valid(raw) then '|malformed_json|one whole JSON object on the line'
            when not starts_with(ltrim(raw), '{') then '|not_an_object|a JSON object, {"column": value, ...}'
        end as fault,
        regexp_matches(raw, '[0-9][0-9.]{15,}') as may_have_long_number,
    from lines
    where trim(raw) <> ''
),

exact as (
    select
        *,
        case
            when may_have_long_number and fault is null
                then regexp_replace(raw, '([:\[,]\s*)(-?[0-9][0-9.]{15,}(?:[eE][-+]?[0-9]+)?)(\s*[,}\]])', '\1"\2"\3', 'g')
        end as quoted,
    from checked
)

select
    line_no,
    raw,
    case
        when fault is not null then null
        when quoted is not null and json_valid(quoted) then json_extract_string(quoted, $paths)
        else json_extract_string(raw, $paths)
    end as fields,
    fault,
from exact
