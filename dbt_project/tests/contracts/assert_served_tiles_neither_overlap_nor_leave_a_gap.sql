-- Fails if a day of a contract's life lies in two tiles of one interval (billed twice) or in none between two tiles (never billed).
with

tiles as (

    select * from {{ ref('int_tiles_built') }}

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

select * from neighbours
where served_until <> next_from or served_from >= served_until
