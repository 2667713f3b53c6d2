-- The segments of a charge add up to its unrounded amount to the last digit: else revenue would not be what is owed.
with

segments as (

    select
        charge_id,
        sum(unrounded_amount) as segments_amount,
    from {{ ref('int_charge_segments_rated') }}
    group by charge_id

),

charges as (

    select * from {{ ref('int_charges_priced') }}

)

select
    'segments_add_up_to_their_charge' as claim,
    charges.contract_id,
    charges.plan_id,
    charges.fee_id,
    charges.charge_id,
from charges
left join segments on charges.charge_id = segments.charge_id
where coalesce(segments.segments_amount, 0) <> charges.unrounded_amount
