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

outlived as (

    select * from {{ ref('int_contract_changes_after_end') }}

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
