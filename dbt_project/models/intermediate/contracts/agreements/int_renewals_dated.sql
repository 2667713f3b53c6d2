with

changes as (

    select * from {{ ref('int_contract_changes_resolved') }}

),

contracts as (

    select * from {{ ref('int_contracts_resolved') }}

),

{# Terms are counted from the first day, or from an agreed end; a renewal of its last day belongs to the term that ends. #}
counted as (

    select
        changes.contract_id,
        changes.change_id,
        changes.step_no,
        changes.effective_on,
        changes.until,
        contracts.term_months,
        contracts.agreed_until,
        coalesce(contracts.ends_on, contracts.service_from) as counted_from,
        {{ next_anniversary('counted_from', 'contracts.term_months', 'changes.effective_on - 1') }} as term_ends_on,
        coalesce(changes.until, {{ next_anniversary('counted_from', 'contracts.term_months', 'term_ends_on') }}) as until_in_time,
    from changes
    inner join contracts on changes.contract_id = contracts.contract_id
    where changes.kind = 'renew'

),

{# What was over already when it was renewed goes on until the end of the term that the renewal lies in. #}
followed as (

    select
        *,
        greatest(agreed_until, max(until_in_time) over before) as ended_on,
    from counted
    window before as (partition by contract_id order by effective_on, step_no rows between unbounded preceding and 1 preceding)

),

dated as (

    select
        contract_id,
        change_id,
        step_no,
        greatest(effective_on, ended_on) as renewed_from,
        if(effective_on <= ended_on, until_in_time, coalesce(until, {{ next_anniversary('counted_from', 'term_months', 'effective_on') }}))
            as renewed_until,
    from followed

)

select * from dated
