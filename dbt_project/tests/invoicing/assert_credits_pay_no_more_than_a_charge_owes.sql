-- Fails if the prepaid credits drawn for a charge exceed what it owes, or a draw adds to a charge in place of paying it.
with

charges as (

    select * from {{ ref('int_charges_differed') }}

),

draws as (

    select
        paid_charge_id,
        sum(owed_amount) as owed_amount,
        max(owed_amount) as greatest_amount,
    from charges
    where credit_block_id is not null
    group by all

)

select
    charges.charge_id,
    charges.owed_amount,
    draws.owed_amount as drawn_amount,
from charges
inner join draws on charges.charge_id = draws.paid_charge_id
where charges.owed_amount + draws.owed_amount < 0 or draws.greatest_amount > 0
