with

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

cancels as (

    select
        contract_id,
        min(effective_on) as cancelled_on,
    from changes
    where kind = 'cancel'
    group by contract_id

),

bounded as (

    select
        contracts.*,
        cancels.cancelled_on,
        least(
            coalesce(contracts.ends_on, date '9999-12-31'),
            coalesce(cancels.cancelled_on, date '9999-12-31')
        ) as life_until,
    from contracts
    left join cancels on contracts.contract_id = cancels.contract_id

)

select * from bounded
