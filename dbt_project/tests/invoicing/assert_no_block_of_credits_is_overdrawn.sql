-- Fails if more was drawn from a block of prepaid credits than it was granted (but for what tonight gives back),
-- or a closed block does not sum to zero.
with

blocks as (

    select
        block_id,
        expires_on,
        sum(amount) as remaining_amount,
    from {{ ref('credit_ledger') }}
    group by all

),

given_back as (

    select
        credit_block_id as block_id,
        sum(difference) as amount,
    from {{ ref('int_charges_reconciled') }}
    where credit_block_id is not null and difference > 0
    group by all

)

select
    blocks.*,
    given_back.amount,
from blocks
cross join {{ ref('stg_run__run') }} as run
left join given_back on blocks.block_id = given_back.block_id
where
    blocks.remaining_amount + coalesce(given_back.amount, 0) < 0
    or (blocks.expires_on <= run.night_ends_on and blocks.remaining_amount > 0)
