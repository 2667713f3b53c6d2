-- One row per physical line of a text file that is wanted, numbered from 1; blank lines are null and keep their number.
create or replace temp table lines as
with

numbered as (
    select
        row_number() over () as line_no,
        raw,
    from {lines}
)

select * from numbered {wanted}
