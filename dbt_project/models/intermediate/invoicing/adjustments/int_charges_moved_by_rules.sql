with

stg_ledger__pricing_rules as (

    select * from {{ ref('stg_ledger__pricing_rules') }}

),

stg_ledger__document_lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

int_charges_owed as (

    select * from {{ ref('int_charges_owed') }}

),

stg_run__run as (

    select * from {{ ref('stg_run__run') }}

),

{# A ledger that says nothing was written under version 1. #}
adopted as (

    select coalesce(max(rules_version), 1) as rules_version from stg_ledger__pricing_rules

),

{# The newest word about a charge counts: a difference that was found, or none any more. What was billed since has settled it. #}
recorded as (

    select
        rules_version,
        adopted_on,
        charge_id,
        commit_sequence,
    from stg_ledger__pricing_rules
    where charge_id <> ''
    qualify
        row_number() over (partition by charge_id order by commit_sequence desc, rules_version desc) = 1
        and difference <> 0

),

billed_since as (

    select distinct lines.charge_id
    from stg_ledger__document_lines as lines
    inner join recorded on lines.charge_id = recorded.charge_id
    where lines.commit_sequence > recorded.commit_sequence

),

{# Credits drawn stand on the document of the charge that they pay. #}
differing as (

    select
        charge_id,
        currency,
        cast(owed_amount - billed_amount as decimal(20, 4)) as difference,
    from int_charges_owed
    where
        fee_id <> 'credits'
        and is_billed
        and not (is_voided and billed_amount = 0)
        and not is_void_pending
        and not is_voided_tonight
        and owed_amount <> billed_amount

),

still_held as (

    select * from recorded
    anti join billed_since on recorded.charge_id = billed_since.charge_id

),

moved as (

    select
        still_held.charge_id,
        still_held.rules_version,
        still_held.adopted_on,
        coalesce(differing.difference, 0) as difference,
        coalesce(differing.currency, '') as currency,
        false as is_new,
    from still_held
    left join differing on still_held.charge_id = differing.charge_id
    union all
    select
        differing.charge_id,
        run.rules_version,
        run.as_of_date as adopted_on,
        differing.difference,
        differing.currency,
        true as is_new,
    from differing
    cross join stg_run__run as run
    cross join adopted
    anti join still_held on differing.charge_id = still_held.charge_id
    where run.rules_version > adopted.rules_version

)

select * from moved
