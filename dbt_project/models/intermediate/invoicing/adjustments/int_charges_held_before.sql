with

runs as (

    select * from {{ ref('stg_ledger__runs') }}

),

last_night as (

    select held_charges
    from runs
    order by commit_sequence desc
    limit 1

),

lines as (

    select unnest(from_json(held_charges, '[{"charge_id": "VARCHAR", "bill_on": "DATE"}]'), recursive := true)
    from last_night

),

held as (

    select
        charge_id,
        min(bill_on) as bill_on,
    from lines
    group by charge_id

)

select * from held
