-- One row per record of a CSV file: its fields as text, or the fault that makes it unreadable. Blanks around a quoted
-- field and an empty field beyond the last column do not count, as for the engine's own reader, which reads the records
-- that have no fault.
create or replace temp table records as
with

pieces as (
    select
        line_no,
        raw,
        case
            when not contains(raw, '"') then string_split(raw, $delimiter)
            else regexp_extract_all($delimiter || raw, $piece, 1)
        end as pieces,
    from {lines}
    where line_no > $header_line and trim(raw, ' ' || chr(9) || $delimiter) <> ''
),

unquoted as (
    select
        line_no,
        raw,
        case when len(pieces) = $width + 1 and pieces[-1] = '' then list_slice(pieces, 1, $width)
            else pieces end as kept,
        case
            when not contains(raw, '"') then kept
            else list_transform(
                kept,
                lambda piece: case
                    when starts_with(ltrim(piece, ' '), '"') then replace(trim(piece, ' ')[2:-2], '""', '"')
                    else piece
                end
            )
        end as fields,
        contains(raw, '"') and array_to_string(pieces, $delimiter) <> raw as has_stray_quote,
    from pieces
)

select
    line_no,
    raw,
    fields,
    case
        when ends_with(raw, chr(63729)) then '|line_too_long|a line of at most 1,000,000 characters'
        when contains(raw, chr(63728))
            then '|unreadable_characters|text in the encoding of the file (UTF-8 unless a profile says otherwise), '
                || 'without control characters'
        when has_stray_quote
            then '|malformed_quotes|quotes that open and close around a whole field, and are doubled inside'
        when raw = $header then '|header_repeated|data; the header stands on the first line only'
        when len(fields) <> $width then '|wrong_column_count|'
            || $width || ' columns as in the header, found ' || len(fields)
    end as fault,
from unquoted
