-- Fails if the segments of a charge do not add up to its unrounded amount to the last digit: revenue would not be what is owed.
with

segments as (

    select
        charge_id,
        sum(unrounded_amount) as segments_amount,
    from {{ ref('int_segments_priced') }}
    group by charge_id

),

charges as (

    select * from {{ ref('int_charges_priced') }}

)

select
    charges.charge_id,
    charges.unrounded_amount,
    segments.segments_amount,
from charges
left join segments on charges.charge_id = segments.charge_id
where coalesce(segments.segments_amount, 0) <> charges.unrounded_amount
