with recursive

int_billing_adjustments_scheduled as (

    select * from {{ ref('int_billing_adjustments_scheduled') }}

),

int_credit_grants as (

    select * from {{ ref('int_credit_grants') }}

),

int_credit_draws_recorded as (

    select * from {{ ref('int_credit_draws_recorded') }}

),

stg_catalog__fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

{# What goes back tonight may be drawn again tonight; what waits may not. #}
used as (

    select
        draws.block_id,
        sum(if(charges.bill_on <= charges.as_of_date, draws.kept_amount, draws.drawn_amount)) as used_amount,
    from int_credit_draws_recorded as draws
    inner join int_billing_adjustments_scheduled as charges on draws.paid_charge_id = charges.charge_id
    group by draws.block_id

),

{# Only what tonight adds to a charge may be drawn: what was billed without credits stays. Usage not due yet is last. #}
needs as (

    select
        charges.*,
        not charges.is_billable as is_running,
        if(fees.timing = 'advance', charges.served_from, charges.served_until - 1) as pays_on,
        row_number() over (
            partition by charges.contract_id
            order by
                charges.is_billable desc, charges.bill_on, charges.served_from,
                charges.plan_id, charges.fee_id, charges.instance, charges.charge_id
        ) as need_no,
    from int_billing_adjustments_scheduled as charges
    semi join int_credit_grants as blocks on charges.contract_id = blocks.contract_id
    anti join int_credit_grants as bought on charges.fee_id = 'one_off' and charges.instance = bought.purchase_id
    left join stg_catalog__fees as fees on charges.plan_id = fees.plan_id and charges.fee_id = fees.fee_id
    where
        charges.difference > 0 and not charges.is_void_pending and not charges.is_voided_tonight
        and (charges.is_billable or (charges.kind = 'usage' and charges.period_from <= charges.as_of_date))

),

{# Which blocks may pay for which charge. #}
paired as (

    select
        needs.need_no,
        needs.charge_id,
        needs.is_running,
        cast(least(needs.difference, needs.owed_amount) as decimal(20, 4)) as needed_amount,
        blocks.block_id,
        blocks.currency = needs.currency
        and blocks.granted_on <= needs.pays_on
        and coalesce(blocks.expires_on > needs.pays_on, true)
        and coalesce(blocks.plan_id, needs.plan_id) = needs.plan_id
        and coalesce(blocks.fee_id, needs.fee_id) = needs.fee_id as is_offered,
    from needs
    inner join int_credit_grants as blocks on needs.contract_id = blocks.contract_id

),

{# One charge of each contract after the other: it takes from the blocks that may pay for it, in their order. #}
walked as (

    select
        blocks.contract_id,
        cast(0 as bigint) as need_no,
        blocks.block_id,
        blocks.block_no,
        cast(greatest(blocks.granted_amount - coalesce(used.used_amount, 0), 0) as decimal(20, 4)) as rest_amount,
        cast(0 as decimal(20, 4)) as taken_amount,
    from int_credit_grants as blocks
    left join used on blocks.block_id = used.block_id

    union all

    select contract_id, need_no, block_id, block_no, cast(rest_amount - taken_amount as decimal(20, 4)), taken_amount
    from (
        select
            walked.* exclude (need_no, taken_amount),
            paired.need_no,
            cast(if(paired.is_offered, least(walked.rest_amount, greatest(
                paired.needed_amount
                - coalesce(sum(if(paired.is_offered, walked.rest_amount, 0)) over blocks_before, 0), 0
            )), 0) as decimal(20, 4)) as taken_amount,
        from walked
        inner join paired on walked.block_id = paired.block_id and walked.need_no + 1 = paired.need_no
        window blocks_before as (
            partition by contract_id order by block_no rows between unbounded preceding and 1 preceding
        )
    ) as reached

),

taken as (

    select paired.charge_id as paid_charge_id, walked.block_id, walked.taken_amount, paired.is_running
    from walked
    inner join paired on walked.block_id = paired.block_id and walked.need_no = paired.need_no
    where walked.taken_amount > 0

)

select * from taken
