with

contract_versions as (

    select * from {{ ref('int_contract_versions_judged') }}

),

contracts as (

    select * from {{ ref('int_contracts_judged') }}

),

customer_merges as (

    select * from {{ ref('int_customer_merges_judged') }}

),

changes as (

    select * from {{ ref('int_contract_changes_judged') }}

),

lives as (

    select * from {{ ref('int_contract_service_dates') }}

),

steps as (

    select * from {{ ref('int_contract_amendments_sequenced') }}

),

{# What a change does when it acts is known only now that the contract's end is. #}
outlived as (

    select
        changes.file_name,
        changes.line_no,
        changes.contract_id,
        changes.change_id,
        if(steps.acts_on >= changes.until, 'until_too_early', 'after_end') as refusal_reason,
    from changes
    inner join steps on changes.change_id = steps.change_id
    inner join lives on changes.contract_id = lives.contract_id
    where
        changes.refusal_reason is null
        and changes.kind <> 'reinstate'
        and (
            (changes.kind = 'pause' and steps.acts_on >= changes.until)
            or steps.acts_on > lives.planned_until
            or (steps.acts_on = lives.planned_until and changes.kind <> 'cancel')
        )

),

refused as (

    select
        'contracts' as source,
        file_name,
        line_no,
        contract_id,
        cast(null as varchar) as change_id,
        'dated_fact_changed' as reason_code,
    from contract_versions
    where not is_admitted

    union all

    select
        'contracts',
        file_name,
        line_no,
        contract_id,
        null,
        refusal_reason
    from contracts
    where refusal_reason is not null

    union all

    select
        'contract_changes',
        file_name,
        line_no,
        contract_id,
        change_id,
        refusal_reason
    from changes
    where refusal_reason not in ('repeated', 'taken_back')

    union all

    select
        'contract_changes',
        file_name,
        line_no,
        contract_id,
        change_id,
        refusal_reason
    from outlived

    union all

    select
        'customer_merges',
        file_name,
        line_no,
        null,
        null,
        refusal_reason
    from customer_merges
    where refusal_reason <> 'repeated'

)

select * from refused
