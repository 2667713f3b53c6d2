with

charges as not materialized (

    select * from {{ ref('int_charges_reconciled') }}

),

billed as (

    select * from {{ ref('int_charges_billed') }}

),

blocks as (

    select * from {{ ref('int_credit_grants') }}

),

openings as (

    select * from {{ ref('int_opening_deferrals') }}

),

run as (

    select * from {{ ref('stg_run__run') }}

),

{# A purchase of credits is served until its block has expired, and all that was paid with it is served. #}
draws as (

    select
        credit_block_id,
        max(served_until) as drawn_until,
    from charges
    where credit_block_id is not null
    group by credit_block_id

),

{# What is billed, or whose service has begun. A future billing period that nobody has billed is nobody's revenue yet.
   #}
begun as (

    select
        charges.*,
        coalesce(billed.billed_net_amount, 0) as billed_net_amount,
        run.as_of_date,
        run.night_ends_on,
        charges.owed_amount - charges.billed_amount as rest_amount,
        blocks.block_id as bought_block_id,
        coalesce(served_from, period_from) as revenue_from,
        case
            when blocks.block_id is not null
                then greatest(coalesce(blocks.expires_on, date '9999-12-31'), draws.drawn_until)
            else greatest(coalesce(served_until, period_until), coalesce(served_from, period_from) + 1)
        end as revenue_until,
    from charges
    cross join run
    left join billed on charges.charge_id = billed.charge_id
    left join blocks on charges.fee_id = 'one_off' and charges.instance = blocks.purchase_id
    left join draws on blocks.block_id = draws.credit_block_id
    where charges.is_billed or (owed_amount <> 0 and coalesce(served_from, period_from) <= run.as_of_date)

),

{# The billed part is net as its lines stand; the rest is taken out of its tax at the charge's own rate. #}
netted as (

    select
        charge_id,
        entity_id,
        customer_id,
        contract_id,
        plan_id,
        fee_id,
        instance,
        kind,
        period_from,
        period_until,
        revenue_from,
        revenue_until,
        product,
        department,
        currency,
        minor_digits,
        as_of_date,
        night_ends_on,
        credit_block_id,
        bought_block_id,
        coalesce(paid_charge_id, charge_id) as weighed_charge_id,
        owed_amount,
        billed_net_amount,
        cast(
            case
                when owed_amount = 0 then 0
                when price_basis = 'inclusive'
                    then billed_net_amount + {{ round_amount(
                        exact_divide('cast(rest_amount * 100 as decimal(38, 12))', '(100 + tax_rate)'),
                        'minor_digits', "'half_up'"
                    ) }}
                else billed_net_amount + rest_amount
            end as decimal(20, 4)
        ) as owed_net_amount,
    from begun

    union all by name

    select * from openings

)

select * from netted
