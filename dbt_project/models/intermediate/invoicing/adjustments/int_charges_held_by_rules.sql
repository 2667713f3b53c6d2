with

stg_ledger__pricing_rules as (

    select * from {{ ref('stg_ledger__pricing_rules') }}

),

stg_ledger__document_lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

{# The newest word about a charge counts: a difference that was found, or none any more. #}
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

{# What was billed since has settled it. #}
billed_since as (

    select distinct lines.charge_id
    from stg_ledger__document_lines as lines
    inner join recorded on lines.charge_id = recorded.charge_id
    where lines.commit_sequence > recorded.commit_sequence

),

held as (

    select * exclude (commit_sequence)
    from recorded
    anti join billed_since on recorded.charge_id = billed_since.charge_id

)

select * from held
