with

document_lines as (

    select * from {{ ref('stg_ledger__document_lines') }}

),

computed as (

    select * from {{ ref('int_fee_charges_rated') }}

),

one_off_charges as (

    select * from {{ ref('int_one_off_charges_priced') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

fees as (

    select * from {{ ref('int_fees_resolved') }}

),

entities as (

    select * from {{ ref('stg_catalog__entities') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

known_one_offs as (

    select
        charge_id as instance,
        entity_id
    from {{ ref('int_one_off_charges_judged') }} where refusal_reason is null

),

newest_lines as (

    select *
    from document_lines
    anti join computed on document_lines.charge_id = computed.charge_id
    anti join one_off_charges on document_lines.charge_id = one_off_charges.charge_id
    qualify row_number() over (
        partition by charge_id
        order by commit_sequence desc, line_no desc, line_id desc
    ) = 1

),

withdrawn as (

    select
        newest_lines.*
        exclude (kind, quantity, line_id, document_id, line_no, original_line_id, line_amount, net_amount, tax_amount),
        case when fees.kind in ('minimum', 'commitment') then 'minimum' else coalesce(fees.kind, 'one_off') end as kind,
        0::decimal(38, 12) as quantity,
        0::decimal(38, 12) as unrounded_amount,
        0::decimal(20, 4) as computed_amount,
        timezone(entities.time_zone, cast(newest_lines.served_from as timestamp)) as due_at,
        newest_lines.served_until as bill_on,
        entities.entity_id,
        entities.time_zone as entity_zone,
        entities.rounding,
        currencies.minor_digits,
    from newest_lines
    left join contracts on newest_lines.contract_id = contracts.contract_id
    left join fees
        on
            newest_lines.plan_id = fees.plan_id
            and newest_lines.fee_id = fees.fee_id
            and newest_lines.served_until > fees.first_version_from
    left join known_one_offs on newest_lines.instance = known_one_offs.instance and newest_lines.fee_id = 'one_off'
    inner join entities on coalesce(contracts.entity_id, known_one_offs.entity_id) = entities.entity_id
    inner join currencies on newest_lines.currency = currencies.currency
    where known_one_offs.instance is not null or (contracts.contract_id is not null and fees.fee_id is not null)

)

select * from withdrawn
