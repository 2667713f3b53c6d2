-- One row per line of a JSON Lines file: the values at the paths as text, or the fault that makes it unreadable.
-- The engine reads numbers as doubles: a number of more than 15 digits is put in quotes first, so that it stays exact.
with

checked as (
    select
        line_no,
        raw,
        case
            when raw is null then 'blank'
            when {is_marked} and ends_with(raw, chr(63729)) then '|line_too_long|a line of at most 1,000,000 characters'
            when {is_marked} and contains(raw, chr(63728))
                then '|unreadable_characters|UTF-8 text without control characters'
            when {is_deep}
                then '|too_deep|at most {depth} values within values, and ten times as many lists and objects'
            when json_valid(raw) and (starts_with(raw, '{') or starts_with(ltrim(raw), '{')) then null
            when trim(raw) = '' then 'blank'
            when not json_valid(raw) then '|malformed_json|one whole JSON object on the line'
            else '|not_an_object|a JSON object, {"column": value, ...}'
        end as fault,
        regexp_matches(raw, ':\s*-?[0-9][0-9.]{15}')
        or (contains(raw, '[') and regexp_matches(raw, '[0-9][0-9.]{15}')) as may_have_long_number,
    from {lines}
),

exact as (
    select
        *,
        case
            when may_have_long_number and fault is null
                then regexp_replace(
                    raw, '([:\[,]\s*)(-?[0-9][0-9.]{15,}(?:[eE][-+]?[0-9]+)?)(\s*[,}\]])', '\1"\2"\3', 'g')
        end as quoted,
    from checked
)

select
    line_no,
    raw,
    case
        when fault is not null then null
        when quoted is not null and json_valid(quoted) then {fields_of_quoted}
        else {fields_of_raw}
    end as fields,
    fault,
from exact
