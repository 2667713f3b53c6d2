-- Fails if a day of a contract's life lies in two tiles of one interval (billed twice) or in none between two tiles (never billed),
-- unless a new series of tiles, which may be of another interval, begins where the gap does.
with

tiles as (

    select * from {{ ref('int_tiles_built') }}

),

series as (

    select distinct
        contract_id,
        charged_from
    from {{ ref('int_contract_intervals_collected') }}

),

neighbours as (

    select
        contract_id,
        interval_every,
        interval_unit,
        served_from,
        served_until,
        lead(served_from)
            over (partition by contract_id, interval_every, interval_unit order by served_from)
            as next_from,
    from tiles

)

select neighbours.*
from neighbours
left join series on neighbours.contract_id = series.contract_id and neighbours.served_until = series.charged_from
where
    neighbours.served_until > neighbours.next_from
    or (neighbours.served_until < neighbours.next_from and series.contract_id is null)
    or neighbours.served_from >= neighbours.served_until
