with

int_charges_owed as (

    select * from {{ ref('int_charges_owed') }}

),

int_charges_priced as (

    select * from {{ ref('int_charges_priced') }}

),

int_contracts_resolved as (

    select * from {{ ref('int_contracts_resolved') }}

),

int_contract_phases as (

    select * from {{ ref('int_contract_phases') }}

),

int_billing_periods_served as (

    select * from {{ ref('int_billing_periods_served') }}

),

stg_catalog__fees as (

    select * from {{ ref('stg_catalog__fees') }}

),

stg_crm__one_off_charges as (

    select * from {{ ref('stg_crm__one_off_charges') }}

),

absent as (

    select * from int_charges_owed
    where not is_in_facts and billed_amount <> 0 and not is_beyond_horizon and fee_id <> 'credits'

),

{# The same fee of the same billing period stands under another key: payer, tax or currency changed. #}
unreplaced as (

    select absent.*
    from absent
    anti join (from int_charges_priced semi join absent using (contract_id)) as replacement
        on
            absent.contract_id = replacement.contract_id
            and absent.plan_id = replacement.plan_id
            and absent.fee_id = replacement.fee_id
            and absent.instance = replacement.instance
            and absent.period_from = replacement.period_from
            and absent.period_until = replacement.period_until

),

{# Facts that still say something of the key: its billing period is gone, or its plan not in force there. #}
judged as (

    select
        unreplaced.*,
        case
            when fee_id = 'one_off' then if(one_offs.charge_id is null, 'one_off', 'priced charge')
            when contracts.contract_id is null then 'contract'
            when fees.fee_id is null then 'fee'
            when billing_periods.contract_id is null or phases.contract_id is null then null
            else 'priced charge'
        end as missing_fact,
    from unreplaced
    left join (select distinct contract_id, from int_contracts_resolved) as contracts using (contract_id)
    left join (select distinct
        plan_id,
        fee_id,
    from stg_catalog__fees) as fees using (plan_id, fee_id)
    left join
        (select distinct charge_id, from stg_crm__one_off_charges) as one_offs
        on unreplaced.instance = one_offs.charge_id
    left join (select distinct
        contract_id,
        period_from,
        period_until,
    from int_billing_periods_served) as billing_periods
        using (contract_id, period_from, period_until)
    left join (
        select distinct
            absent.charge_id,
            int_contract_phases.contract_id,
        from absent
        inner join int_contract_phases
            on
                absent.contract_id = int_contract_phases.contract_id
                and absent.plan_id = int_contract_phases.plan_id
                and int_contract_phases.phase_from < absent.period_until
                and int_contract_phases.phase_until > absent.period_from
    ) as phases on unreplaced.charge_id = phases.charge_id

),

missing as (

    select * from judged
    where missing_fact is not null

)

select * from missing
