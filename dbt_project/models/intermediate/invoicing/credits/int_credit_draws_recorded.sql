with

int_charges_owed as (

    select * from {{ ref('int_charges_owed') }}

),

int_credit_grants as (

    select * from {{ ref('int_credit_grants') }}

),

{# The instance of a draw is its block and the charge that it pays: `block|charge_id`. #}
recorded as (

    select
        *,
        left(instance, length(instance) - 33) as block_id,
        right(instance, 32) as paid_charge_id,
        -billed_amount as drawn_amount,
    from int_charges_owed
    where fee_id = 'credits'

),

{# What a charge came to owe less than was drawn for it goes back, first to the block that was drawn from last. #}
kept as (

    select
        recorded.*,
        blocks.block_no,
        cast(least(
            recorded.drawn_amount,
            greatest(charges.owed_amount - coalesce(sum(recorded.drawn_amount) over blocks_before, 0), 0)
        ) as decimal(20, 4)) as kept_amount,
    from recorded
    inner join int_charges_owed as charges
        on recorded.paid_charge_id = charges.charge_id and charges.fee_id <> 'credits'
    left join int_credit_grants as blocks on recorded.block_id = blocks.block_id
    window
        blocks_before as (
            partition by recorded.paid_charge_id
            order by blocks.block_no nulls last, recorded.block_id
            rows between unbounded preceding and 1 preceding
        )

)

select * from kept
