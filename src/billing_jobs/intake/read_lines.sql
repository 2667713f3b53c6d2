-- One row per physical line of a text file, numbered from 1; blank lines are null and keep their number.
create or replace temp table lines as
select
    row_number() over () as line_no,
    raw,
from read_csv(
    $path, columns = {'raw': 'VARCHAR'}, auto_detect = false, header = false, delim = chr(31), quote = '', escape = '',
    max_line_size = 5000000
)
