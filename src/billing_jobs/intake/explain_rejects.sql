-- One row per refused row, with the sentence that a person reads. The row itself stands in raw, the value that was
-- found in found, what the row is known by in row_key: these are never published.
create or replace temp table explained as
with

parted as (
    select
        *,
        split_part(problem, '|', 1) as column_name,
        split_part(problem, '|', 2) as reason_code,
        split_part(problem, '|', 3) as expected,
    from refused
)

select
    cast($file_name as varchar) as file_name,
    cast($source as varchar) as source,
    line_no,
    nullif(column_name, '') as column_name,
    reason_code,
    expected,
    left(found, 500) as found,
    case when column_name <> '' then column_name || ': ' else '' end
    || 'expected ' || expected || '. Nothing of this row was taken.' as message,
    raw,
    row_key,
    event_date,
    cast($received_at as timestamptz) as received_at,
from parted
