with

int_charges_priced as (

    select * from {{ ref('int_charges_priced') }}

),

int_charges_billed as (

    select * from {{ ref('int_charges_billed') }}

),

{# What computes to nothing and was never billed agrees too. #}
compared as (

    select
        coalesce(priced.charge_id, billed.charge_id) as charge_id,
        priced.charge_id is not null as is_in_facts,
        billed.charge_id is not null as is_billed,
        coalesce(billed.billed_amount, 0) as billed_amount,
        coalesce(billed.is_voided, false) as is_voided,
    from int_charges_priced as priced
    full outer join int_charges_billed as billed on priced.charge_id = billed.charge_id
    where
        not coalesce(
            if(
                billed.charge_id is null,
                priced.computed_amount = 0,
                priced.computed_amount <> 0 and priced.computed_amount = billed.billed_amount and not billed.is_voided
            ),
            false
        )

)

select * from compared
